"""Reads and checks a whole database in a child process."""
