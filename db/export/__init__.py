"""Exports the history as Parquet files."""
