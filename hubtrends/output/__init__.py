"""Formats rows for the command line and polars frames for notebooks."""
