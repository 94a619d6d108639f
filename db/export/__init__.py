"""Export the history as Parquet files."""
