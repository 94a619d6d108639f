"""An answer on its way to polars.

This module must not know duckdb: polars remembers the class of everything that it is given, and with it all that the
class can reach. At the exit of the program DuckDB's classes would then still be held, and it complains on stderr.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ArrowStream:
    """Columns as the Arrow PyCapsule interface hands them over, once."""

    capsule: object

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Give the columns away."""
        return self.capsule
