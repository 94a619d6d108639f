"""Reads groups of entities and the gains of each group in a week, one module per group."""
