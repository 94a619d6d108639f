"""Reads the store and works out what changed, how much, and on what basis."""
