"""Reads and edits the watch list."""
