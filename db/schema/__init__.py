"""Defines the tables, views, macros and the data dictionary of the file."""
