"""Keeps snapshots in one DuckDB file that is never in anyone's way."""
