"""The commands: one module each, which parses the arguments, calls a job and prints the result."""
