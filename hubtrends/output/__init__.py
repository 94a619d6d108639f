"""Prints rows and hands out frames."""
