"""Writes owners and topics into the tables `owners` and `topic_rules`, which SQL reads.

Every commit of a job writes the configured owners and topics. A read-only session uses temporary tables of the same
names instead.
"""

from collections.abc import Iterator
from dataclasses import astuple, fields

import duckdb

from db.reference import Owner, Reference, Topic
from db.sql import insert_rows, transaction


def write_reference(con: duckdb.DuckDBPyConnection, reference: Reference) -> None:
    """Replace both tables."""
    with transaction(con):
        for table, columns, rows in _tables(reference):
            con.execute(f"DELETE FROM {table}")  # noqa: S608
            if rows:
                insert_rows(con, table, columns, rows)


def use_reference(con: duckdb.DuckDBPyConnection, reference: Reference) -> None:
    """Create temporary tables of the same names in this session, so that settings apply before the next commit."""
    for table, columns, rows in _tables(reference):
        con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS FROM {table} LIMIT 0")
        if rows:
            insert_rows(con, table, columns, rows)


def _tables(reference: Reference) -> Iterator[tuple[str, list[str], list[list[object]]]]:
    """Yield each table with its columns and rows, with tuples as lists for DuckDB."""
    for table, record, rows in (("owners", Owner, reference.owners), ("topic_rules", Topic, reference.topics)):
        values = [[list(value) if isinstance(value, tuple) else value for value in astuple(row)] for row in rows]
        yield table, [field.name for field in fields(record)], values
