"""The commands, one module a family: each parses, calls and prints."""
