"""Loads, checks and writes the settings."""
