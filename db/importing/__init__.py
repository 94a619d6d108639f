"""Imports snapshots from the files of other archives."""
