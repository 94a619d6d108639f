"""Remove the rows of an entity, and its names from all other rows.

    rows of the entity              deleted from every table that has its key
    rejected items that name it     deleted
    lists of names and tags         the element is removed
    other text                      the name is replaced by [forgotten]
    snapshots                       the record counts are reduced to match
    rankings of past weeks          deleted

The steps are derived from the columns of the tables, so new tables and columns are covered. Deleted bytes remain in the
file until it is rewritten, which is the caller's task.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from crawler.kinds import Kind
from db.connect import open_readonly
from db.deletion.naming import FORGOTTEN, LISTS, NamedEntity, Subject, is_distinct
from db.ingest.page_stats import VALUE_DROPPED
from db.rankings import delete_rankings
from db.schema.dictionary import public_names
from db.sql import quote_name, transaction

logger = logging.getLogger(__name__)

KEYS = ("entity_key", "from_key", "to_key")

TECHNICAL = frozenset({"raw", "reason", "evidence", "before", "after", "detail"})
"""Columns that hold messages, addresses and raw items."""

UNTOUCHED = frozenset({"data_dictionary", "schema_migrations"})


def entities_named(con: duckdb.DuckDBPyConnection, wanted: str, kind: Kind | None) -> list[NamedEntity]:
    """Find the entities with this Hub id, or with this current or former name."""
    rows = con.execute(
        "SELECT e.entity_key, e.kind, e.hub_id, e.id, e.first_seen, e.last_seen FROM entities AS e"
        " WHERE ($kind IS NULL OR e.kind = $kind) AND (e.hub_id = $wanted OR lower(e.id) = lower($wanted)"
        "  OR e.entity_key IN (SELECT n.entity_key FROM names AS n WHERE lower(n.id) = lower($wanted))"
        "  OR e.entity_key IN (SELECT v.entity_key FROM events AS v"
        "                      WHERE v.event = 'renamed' AND lower(v.before) = lower($wanted)))"
        " ORDER BY e.first_seen, e.entity_key",
        {"wanted": wanted, "kind": kind},
    ).fetchall()
    return [NamedEntity(key, Kind(of_kind), *rest) for key, of_kind, *rest in rows]


def subject_of(con: duckdb.DuckDBPyConnection, entity: NamedEntity) -> Subject:
    """Collect every name of the entity, and determine which names are unique to it."""
    rows = con.execute(
        "WITH held_names AS ("
        "  SELECT entity_key, id FROM names UNION SELECT entity_key, id FROM entities"
        "  UNION SELECT entity_key, before FROM events WHERE event = 'renamed'"
        "  UNION SELECT entity_key, id FROM picks"
        "), own AS (SELECT DISTINCT id FROM held_names WHERE entity_key = $key AND id IS NOT NULL)"
        " SELECT own.id, count(e.entity_key) = 0, count(e.entity_key) FILTER (e.kind = $kind) = 0"
        " FROM own LEFT JOIN held_names AS b ON lower(b.id) = lower(own.id) AND b.entity_key <> $key"
        " LEFT JOIN entities AS e ON e.entity_key = b.entity_key"
        " GROUP BY own.id ORDER BY own.id",
        {"key": entity.entity_key, "kind": entity.kind},
    ).fetchall()
    alone = tuple(dict.fromkeys((entity.hub_id, *(name for name, is_alone, _ in rows if is_alone))))
    return Subject(entity, alone, tuple(name for name, _, is_of_kind in rows if is_of_kind))


def subject_of_name(name: str) -> Subject | None:
    """Return a subject for a name without an entity, None if it is ambiguous."""
    return Subject(None, (name,)) if is_distinct(name) else None


@dataclass(frozen=True, slots=True)
class Edit:
    """A change to rows that name the subject; `value` None deletes them."""

    table: str
    column: str
    where: str
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The number of rows of a table that name the subject."""

    table: str
    column: str
    rows: int
    deleted: bool
    """True if the rows are deleted, False if the name in them is replaced."""


def mentions(con: duckdb.DuckDBPyConnection, subject: Subject) -> list[Found]:
    """Count the rows that `forget` would change."""
    return [
        Found(edit.table, edit.column, rows, edit.value is None)
        for edit in _edits(con, subject)
        if (rows := _run(con, subject, f"SELECT count(*) FROM {edit.table} WHERE {edit.where}"))  # noqa: S608
    ]


def forget(con: duckdb.DuckDBPyConnection, subject: Subject) -> None:
    """Remove the subject from every hubtrends table; its bytes remain until the file is rewritten."""
    with transaction(con):
        delete_rankings(con)
        _run(con, subject, _FEWER.format(column="records", table="observations", where="entity_key = $key"))
        for edit in _edits(con, subject):
            if edit.table == "rejects":
                items = f"{edit.where} AND NOT ends_with(reason, '{VALUE_DROPPED}')"
                _run(con, subject, _FEWER.format(column="rejected", table="rejects", where=items))
            if edit.value is None:
                rows = _run(con, subject, f"DELETE FROM {edit.table} WHERE {edit.where}")  # noqa: S608
            else:
                change = f"SET {edit.column} = {edit.value} WHERE {edit.where}"
                rows = _run(con, subject, f"UPDATE {edit.table} {change}")
            logger.debug(
                "%s.%s: %d rows are %s", edit.table, edit.column, rows, "deleted" if edit.value is None else "changed"
            )


_FEWER = """
UPDATE snapshots SET {column} = {column} - n.gone
FROM (SELECT snapshot_id, count(*) AS gone FROM {table} WHERE {where} GROUP BY snapshot_id) AS n
WHERE n.snapshot_id = snapshots.snapshot_id
"""


def _run(con: duckdb.DuckDBPyConnection, subject: Subject, query: str) -> int:
    """Run a statement with the subject's parameters that it uses; return its row count."""
    parameters = {
        "key": subject.entity.entity_key if subject.entity else None,
        "text": subject.text,
        "technical": subject.technical,
        "reference": subject.reference,
        "tag": subject.tag,
    }
    (statement,) = con.extract_statements(query)
    row = con.execute(statement, {name: parameters[name] for name in statement.named_parameters}).fetchone()
    return int(row[0]) if row else 0


def foreign_mentions(con: duckdb.DuckDBPyConnection, subject: Subject) -> list[str]:
    """List the user's own tables that name the subject; hubtrends does not change them."""
    ours = _our_tables() | UNTOUCHED
    texts = [(t, c) for t, c, kind in _every_column(con) if t not in ours and kind.startswith(("VARCHAR", "JSON"))]
    count = "SELECT count(*) FROM {} WHERE regexp_matches({}::VARCHAR, $text)"
    return sorted({t for t, c in texts if _run(con, subject, count.format(quote_name(t), quote_name(c)))})


def holds(path: Path, subject: Subject) -> bool:
    """Check whether another database contains the entity, such as a backup of any schema.

    Raises the errors of `open_readonly`.
    """
    with open_readonly(path) as con:
        names = [word.lower() for word in (*subject.alone, *subject.of_kind)]
        row = con.execute(
            "SELECT count(*) FROM entities WHERE lower(id) IN (SELECT unnest($names::VARCHAR[]))"
            " OR hub_id IN (SELECT unnest($names::VARCHAR[]))",
            {"names": names},
        ).fetchone()
        return bool(row and row[0])


def _edits(con: duckdb.DuckDBPyConnection, subject: Subject) -> Iterator[Edit]:
    """Yield the edits that remove the subject from the tables of this file."""
    ours, kind_of = _our_tables(), subject.entity.kind if subject.entity else None
    columns = [column for column in _every_column(con) if column[0] in ours]  # our names need no quotes
    referring = LISTS.get(kind_of, ()) if kind_of else ()
    deleting = {table for table, column, _ in columns if column in KEYS}
    for table, column, _ in columns:
        if column in KEYS:
            yield Edit(table, column, f"{column} = $key")
    for table, column, kind in columns:
        if table == "rejects" and kind == "VARCHAR":
            yield Edit(table, column, f"regexp_matches({column}, $technical)")
        elif kind == "VARCHAR[]":
            named = "regexp_matches(x, $text)"
            if column == "tags" or column in referring:
                named += f" OR regexp_matches(x, ${'tag' if column == 'tags' else 'reference'})"
            kept = f"list_filter({column}, lambda x: NOT ({named}))"
            where = f"len(list_filter({column}, lambda x: {named})) > 0"
            yield Edit(table, column, where, f"CASE WHEN len({kept}) > 0 THEN {kept} END")
        elif kind in ("VARCHAR", "JSON") and not (table in deleting and column in ("hub_id", "id")):
            pattern = "$technical" if column in TECHNICAL else "$text"
            replaced = column
            for _ in range(2):  # adjacent names share a separator, which one pass consumes
                replaced = f"regexp_replace({replaced}, {pattern}, '\\1{FORGOTTEN}\\2', 'g')"
            yield Edit(table, column, f"regexp_matches({column}, {pattern})", replaced)


def _our_tables() -> frozenset[str]:
    return frozenset(name for name, name_is in public_names().items() if name_is == "table") - UNTOUCHED


def _every_column(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str]]:
    return con.execute(
        "SELECT c.table_name, c.column_name, c.data_type FROM duckdb_columns() AS c"
        " JOIN duckdb_tables() AS t ON t.table_oid = c.table_oid AND t.database_name = c.database_name"
        " WHERE c.database_name = current_database() AND NOT t.internal ORDER BY c.table_name, c.column_index"
    ).fetchall()
