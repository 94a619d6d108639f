"""What a database holds, read from every page: two databases with equal contents are equal to every question.

A table is its rows and the sum of a hash of each row. The sum does not depend on the order of the rows, a repeated row
counts twice, and 2^63 rows fit into its 128 bits. DuckDB hashes a list like its only element and an empty list like
NULL, so nested values are hashed as text, which tells them apart. Nothing but sums is held in memory.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from db.errors import DatabaseDamagedError
from db.integrity.isolated import IsolatedReader
from db.sql import load_sql, quote_name

ROW_GROUP = 122_880
"""Rows that DuckDB stores together."""

SAMPLED_GROUPS = 8
"""A quick look reads so many row groups of a table, the first and the last among them."""


_FLAT = re.compile(
    r"BOOLEAN|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL\([\d,]+\)|VARCHAR|JSON|BLOB|BIT|UUID|DATE|INTERVAL"
    r"|TIME( WITH TIME ZONE|_NS)?|TIMESTAMP( WITH TIME ZONE|_S|_MS|_NS)?"
)
"""Types whose hash differs for different values; all others are hashed as text."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the file, an analyst's own included."""

    name: str
    """With its schema, for people."""
    quoted: str
    """The same for SQL."""
    columns: tuple[str, ...]
    """What a row is hashed by."""


@dataclass(frozen=True, slots=True)
class TableSum:
    """The rows of a table, and the sum of their hashes."""

    rows: int
    checksum: int


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything that a database holds: definitions by name, and the sum of each table."""

    definitions: Mapping[str, str]
    tables: Mapping[str, TableSum]

    @property
    def rows(self) -> int:
        """Count the rows of all tables."""
        return sum(table.rows for table in self.tables.values())


def read_contents(reader: IsolatedReader, tell: Callable[[str], None]) -> Contents:
    """Read every column of every row; `tell` is called with each table before it is read.

    Raises DatabaseDamagedError with the name of the table.
    """
    definitions, tables = read_definitions(reader), tables_of(reader)
    sums = {}
    for number, table in enumerate(tables, 1):
        tell(f"reading table {number} of {len(tables)}: {table.name}")
        sums[table.name] = read_table(reader, table)
    return Contents(definitions, sums)


def differences(expected: Contents, found: Contents) -> tuple[str, ...]:
    """Name the tables and definitions in which two databases differ."""
    tables = _differing(expected.tables, found.tables)
    return (*tables, *_differing(expected.definitions, found.definitions))


def _differing(expected: Mapping[str, object], found: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(name for name in sorted({*expected, *found}) if expected.get(name) != found.get(name))


def read_definitions(reader: IsolatedReader) -> Mapping[str, str]:
    """Return the text of every table, view, macro, type, index and sequence, with its comments."""
    return dict(reader.ask(load_sql("db/integrity/definitions")))


def tables_of(reader: IsolatedReader) -> list[Table]:
    """Return the tables of the file, in the order of their names."""
    columns: dict[tuple[str, str], list[str]] = {}
    for schema, table, column, kind in reader.ask(load_sql("db/integrity/columns")):
        hashed = quote_name(column) if _FLAT.fullmatch(kind) else f"{quote_name(column)}::VARCHAR"
        columns.setdefault((schema, table), []).append(hashed)
    return [
        Table(f"{schema}.{table}", f"{quote_name(schema)}.{quote_name(table)}", tuple(hashed))
        for (schema, table), hashed in columns.items()
    ]


def read_table(reader: IsolatedReader, table: Table) -> TableSum:
    """Read every column of every row of a table; raises DatabaseDamagedError with its name."""
    query = f"SELECT count(*), coalesce(sum(hash({', '.join(table.columns)})), 0) FROM {table.quoted}"  # noqa: S608
    try:
        ((rows, checksum),) = reader.ask(query)
    except DatabaseDamagedError as damage:
        raise damage.within(f"table {table.name}") from damage
    return TableSum(rows, checksum)


def sample_table(reader: IsolatedReader, table: Table) -> int:
    """Read every column of some row groups; return the number of rows that the table has.

    Raises DatabaseDamagedError with the name of the table.
    """
    query = f"SELECT sum(hash({', '.join(table.columns)})) FROM {table.quoted}"  # noqa: S608
    try:
        ((rows,),) = reader.ask(f"SELECT count(*) FROM {table.quoted}")  # noqa: S608
        for group in sampled_groups(rows):
            first = group * ROW_GROUP
            reader.ask(f"{query} WHERE rowid BETWEEN {first} AND {first + ROW_GROUP - 1}")
    except DatabaseDamagedError as damage:
        raise damage.within(f"table {table.name}") from damage
    return int(rows)


def sampled_groups(rows: int) -> list[int]:
    """Choose row groups that are spread over the table; all of them where there are few."""
    last = max(rows - 1, 0) // ROW_GROUP
    return sorted({last * place // (SAMPLED_GROUPS - 1) for place in range(SAMPLED_GROUPS)})
