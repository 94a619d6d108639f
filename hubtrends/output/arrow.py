"""Hands Arrow columns to polars.

This module must not import duckdb. polars keeps the classes of its inputs and everything that they reference. DuckDB's
classes would then live until the program exits, and DuckDB warns about that on stderr.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ArrowStream:
    """Columns behind the Arrow PyCapsule interface; they can be read once."""

    capsule: object

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Return the capsule."""
        return self.capsule
