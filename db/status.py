"""Summarizes the store for `status` and `doctor`: the newest snapshots and their problems.

An own snapshot is a snapshot that this program crawled. The newest snapshot of a kind is always an own one, because
imported snapshots do not show how crawling works.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from crawler.http.clock import CLOCK_SLACK
from crawler.kinds import OWN_ORIGIN, Kind, Scope
from db.importing.sources import ImportedArchive, list_archives


@dataclass(frozen=True, slots=True)
class SnapshotState:
    """The newest own snapshot of a kind."""

    kind: Kind
    scope: Scope
    observed_at: datetime
    complete: bool
    reason: str | None
    """Why the snapshot is incomplete."""
    stale: bool | None
    records: int
    duplicates: int
    """Rows of entities that another list also showed. Lists overlap; a walk in creation order has no duplicates."""
    rejected: int
    private: int | None
    """Private repositories that were shown to the token's owner and dropped; None for kinds that have none."""
    doubtful: bool | None = None
    """Whether the counters may be partly old, because the datasets of the run are stale."""


@dataclass(frozen=True, slots=True)
class KindSnapshots:
    """The number of crawled and of imported snapshots of a kind."""

    kind: Kind
    own: int
    imported: int


@dataclass(frozen=True, slots=True)
class Rejects:
    """The rejected items of a kind's newest snapshot, by reason."""

    kind: Kind
    reason: str
    items: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """The number of records of a kind's newest snapshot that have a field."""

    kind: Kind
    source: str
    """store: a column, counted in entities; hub: a field of the Hub's items, counted in first pages of lists."""
    field: str
    carried: int | None
    records: int | None
    sent: str | None
    """The JSON types of the Hub's field."""
    drift: str | None
    """One of new, changed or vanished."""

    @property
    def share(self) -> float | None:
        """Return the share of records that carry the field, from 0 to 1."""
        return self.carried / self.records if self.records and self.carried is not None else None


@dataclass(frozen=True, slots=True)
class Dated:
    """A snapshot and its time."""

    snapshot_id: int
    kind: Kind
    observed_at: datetime

    def describe(self) -> str:
        """Return one line: the snapshot lies in the future, and the command that deletes it."""
        return (
            f"snapshot {self.snapshot_id} of {self.kind.plural} lies in the future ({self.observed_at:%Y-%m-%d %H:%M}"
            f" UTC): `hubtrends drop-snapshot {self.snapshot_id}` shows what it brought, `--yes` takes it out"
        )


@dataclass(frozen=True, slots=True)
class StoreStatus:
    """The status of the store; each sequence is in the order of the kinds."""

    held: Sequence[KindSnapshots] = ()
    newest: Sequence[SnapshotState] = ()
    rejects: Sequence[Rejects] = ()
    coverage: Sequence[Coverage] = ()
    withheld: Sequence[tuple[Kind, str]] = ()
    """Kinds whose newest whole walk missed too many entities to be trusted, with the counts."""
    ahead: Sequence[Dated] = ()
    """Snapshots of any origin whose time lies in the future."""
    archives: Sequence[ImportedArchive] = ()
    """The imported archives."""


def store_status(con: duckdb.DuckDBPyConnection, now: datetime | None = None) -> StoreStatus:
    """Return the status of the store; with `now`, include snapshots from the future."""
    newest = newest_of_each(con)
    return StoreStatus(
        held(con), snapshots(con, newest), rejects(con, newest), coverage(con, newest), withheld(con),
        from_the_future(con, now) if now else (), list_archives(con),
    )  # fmt: skip


def from_the_future(con: duckdb.DuckDBPyConnection, now: datetime) -> list[Dated]:
    """Return snapshots later than `now` by more than the accepted clock difference."""
    rows = con.execute(
        "SELECT snapshot_id, kind, observed_at FROM snapshots WHERE observed_at > ? ORDER BY snapshot_id",
        [now + CLOCK_SLACK],
    ).fetchall()
    return [Dated(snapshot_id, Kind(kind), observed_at) for snapshot_id, kind, observed_at in rows]


def held(con: duckdb.DuckDBPyConnection) -> list[KindSnapshots]:
    """Return the number of snapshots of each stored kind."""
    rows = con.execute(
        "SELECT kind, count(*) FILTER (origin = $1), count(*) FILTER (origin <> $1) FROM snapshots GROUP BY kind",
        [OWN_ORIGIN],
    ).fetchall()
    return sorted((KindSnapshots(Kind(kind), *rest) for kind, *rest in rows), key=lambda one: _place(one.kind))


def newest_of_each(con: duckdb.DuckDBPyConnection) -> list[int]:
    """Return the newest own snapshot of each kind."""
    rows = con.execute(
        "SELECT arg_max(snapshot_id, (observed_at, snapshot_id)) FROM snapshots WHERE origin = ? GROUP BY kind",
        [OWN_ORIGIN],
    ).fetchall()
    return [snapshot_id for (snapshot_id,) in rows]


def snapshots(con: duckdb.DuckDBPyConnection, ids: Sequence[int]) -> list[SnapshotState]:
    """Return the states of the given snapshots."""
    own = con.execute("SELECT * FROM snapshots WHERE snapshot_id IN (SELECT unnest(?::INTEGER[]))", [ids])
    columns = [name for name, *_ in own.description or ()]
    rows = (dict(zip(columns, row, strict=True)) for row in own.fetchall())
    states = [
        SnapshotState(
            Kind(row["kind"]), Scope(row["scope"]), row["observed_at"], row["complete"], row["reason"], row["stale"],
            row["records"], row["duplicates"], row["rejected"],
            row.get("private"), row.get("doubtful"),  # a file that is not migrated yet lacks the newest columns
        )
        for row in rows
    ]  # fmt: skip
    return sorted(states, key=lambda state: _place(state.kind))


def rejects(con: duckdb.DuckDBPyConnection, ids: Sequence[int]) -> list[Rejects]:
    """Return the reasons of rejects in the given snapshots, the most frequent of a kind first."""
    rows = con.execute(
        "SELECT kind, reason, count(*) AS items FROM rejects WHERE snapshot_id IN (SELECT unnest(?::INTEGER[]))"
        " GROUP BY kind, reason ORDER BY items DESC, reason",
        [ids],
    ).fetchall()
    return sorted((Rejects(Kind(kind), *rest) for kind, *rest in rows), key=lambda one: _place(one.kind))


def coverage(con: duckdb.DuckDBPyConnection, ids: Sequence[int]) -> list[Coverage]:
    """Return the coverage of the kind's view columns, then of the Hub's fields, lowest first."""
    rows = con.execute(
        "SELECT kind, source, field, carried, records, type, drift FROM coverage AS c"
        " WHERE snapshot_id IN (SELECT unnest(?::INTEGER[]))"
        " AND (source = 'hub' OR field IN (SELECT v.column_name FROM duckdb_columns() AS v"
        "      WHERE v.database_name = current_database() AND v.table_name = c.kind || 's'))"
        " ORDER BY source DESC, carried / records, field",
        [ids],
    ).fetchall()
    return sorted((Coverage(Kind(kind), *rest) for kind, *rest in rows), key=lambda one: _place(one.kind))


def withheld(con: duckdb.DuckDBPyConnection) -> list[tuple[Kind, str]]:
    """Return withheld mass removals of each kind's newest whole walk, which await the user's decision."""
    rows = con.execute(
        "SELECT e.kind, e.evidence FROM events AS e WHERE e.event = 'withheld' AND e.snapshot_id IN"
        " (SELECT arg_max(snapshot_id, (observed_at, snapshot_id)) FROM snapshots"
        "  WHERE origin = ? AND scope = ? AND complete GROUP BY kind)",
        [OWN_ORIGIN, Scope.FULL],
    ).fetchall()
    return sorted(((Kind(kind), evidence) for kind, evidence in rows), key=lambda one: _place(one[0]))


def _place(kind: Kind) -> int:
    return list(Kind).index(kind)


def miscounted(con: duckdb.DuckDBPyConnection) -> list[tuple[int, int, int]]:
    """Return newest snapshots whose stored and recorded row counts differ, with both counts."""
    return con.execute(
        "SELECT s.snapshot_id, any_value(s.records), count(o.entity_key)"
        " FROM snapshots AS s LEFT JOIN observations AS o USING (snapshot_id)"
        " WHERE s.snapshot_id IN (SELECT unnest(?::INTEGER[]))"
        " GROUP BY s.snapshot_id HAVING any_value(s.records) <> count(o.entity_key) ORDER BY s.snapshot_id",
        [newest_of_each(con)],
    ).fetchall()
