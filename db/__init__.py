"""Stores snapshots in one DuckDB file that other programs can read at any time."""
