"""Runs jobs on a schedule."""
