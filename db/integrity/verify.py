"""Compute a checksum of the full contents of a database by reading every page.

Databases with equal contents answer every query equally. The checksum of a table is its row count and the sum of its
row hashes. The sum does not depend on row order, counts repeated rows, and its 128 bits hold 2^63 rows. DuckDB hashes a
list like its only element and an empty list like NULL, so nested values are hashed as text. Only the sums are held in
memory.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from db.errors import DatabaseDamagedError
from db.integrity.isolated import IsolatedReader
from db.sql import load_sql, quote_name

ROW_GROUP = 122_880
"""The number of rows in a DuckDB row group."""

SAMPLED_GROUPS = 8
"""The number of sampled row groups per table, including the first and last."""


_FLAT = re.compile(
    r"BOOLEAN|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL\([\d,]+\)|VARCHAR|JSON|BLOB|BIT|UUID|DATE|INTERVAL"
    r"|TIME( WITH TIME ZONE|_NS)?|TIMESTAMP( WITH TIME ZONE|_S|_MS|_NS)?"
)
"""Types whose values DuckDB hashes distinctly; all others are hashed as text."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the file, which may be a user's own."""

    name: str
    """The qualified name for messages."""
    quoted: str
    """The qualified name, quoted for SQL."""
    columns: tuple[str, ...]
    """The SQL expressions that a row hash covers."""


@dataclass(frozen=True, slots=True)
class TableSum:
    """The row count of a table, and the sum of its row hashes."""

    rows: int
    checksum: int


@dataclass(frozen=True, slots=True)
class Contents:
    """The contents of a database: definitions by name, and the checksum of each table."""

    definitions: Mapping[str, str]
    tables: Mapping[str, TableSum]

    @property
    def rows(self) -> int:
        """Count the rows of all tables."""
        return sum(table.rows for table in self.tables.values())


def read_contents(reader: IsolatedReader, on_step: Callable[[str], None]) -> Contents:
    """Read every column of every row; `on_step` is called before each table.

    Raises DatabaseDamagedError, which names the table.
    """
    definitions, tables = read_definitions(reader), tables_of(reader)
    sums = {}
    for number, table in enumerate(tables, 1):
        on_step(f"reading table {number} of {len(tables)}: {table.name}")
        sums[table.name] = read_table(reader, table)
    return Contents(definitions, sums)


def differences(expected: Contents, found: Contents) -> tuple[str, ...]:
    """List the tables and definitions that differ between two databases."""
    tables = _differing(expected.tables, found.tables)
    return (*tables, *_differing(expected.definitions, found.definitions))


def _differing(expected: Mapping[str, object], found: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(name for name in sorted({*expected, *found}) if expected.get(name) != found.get(name))


def read_definitions(reader: IsolatedReader) -> Mapping[str, str]:
    """Return the definition of every table, view, macro, type, index and sequence, including comments."""
    return dict(reader.ask(load_sql("db/integrity/definitions")))


def tables_of(reader: IsolatedReader) -> list[Table]:
    """Return the tables of the file, sorted by name."""
    columns: dict[tuple[str, str], list[str]] = {}
    for schema, table, column, kind in reader.ask(load_sql("db/integrity/columns")):
        hashed = quote_name(column) if _FLAT.fullmatch(kind) else f"{quote_name(column)}::VARCHAR"
        columns.setdefault((schema, table), []).append(hashed)
    return [
        Table(f"{schema}.{table}", f"{quote_name(schema)}.{quote_name(table)}", tuple(hashed))
        for (schema, table), hashed in columns.items()
    ]


def read_table(reader: IsolatedReader, table: Table) -> TableSum:
    """Read every column of every row of a table; raises DatabaseDamagedError, which names it."""
    query = f"SELECT count(*), coalesce(sum(hash({', '.join(table.columns)})), 0) FROM {table.quoted}"  # noqa: S608
    try:
        ((rows, checksum),) = reader.ask(query)
    except DatabaseDamagedError as damage:
        raise damage.within(f"table {table.name}") from damage
    return TableSum(rows, checksum)


def sample_table(reader: IsolatedReader, table: Table) -> int:
    """Read every column of sampled row groups; return the row count of the table.

    Raises DatabaseDamagedError, which names the table.
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
    """Choose row groups spread evenly over the table, or all groups of a small table."""
    last = max(rows - 1, 0) // ROW_GROUP
    return sorted({last * place // (SAMPLED_GROUPS - 1) for place in range(SAMPLED_GROUPS)})
