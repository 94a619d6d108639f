"""Scores how clearly an entity's week exceeds its own past."""
