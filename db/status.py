"""What the file holds, as the keeper is shown it: the newest snapshot of each kind, and what did not go well in it.

The newest snapshot is always one of our own: what an archive brought says nothing of how crawling goes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from crawler.http.clock import CLOCK_SLACK
from crawler.kinds import Kind, Scope
from db.importing.sources import ImportedArchive, list_archives


@dataclass(frozen=True, slots=True)
class SnapshotState:
    """The newest snapshot of a kind that was crawled, not imported."""

    kind: Kind
    scope: Scope
    observed_at: datetime
    complete: bool
    reason: str | None
    """Why it is incomplete."""
    stale: bool | None
    records: int
    duplicates: int
    """Rows that named an entity which another list had shown: lists overlap, a walk in creation order does not."""
    rejected: int
    private: int | None
    """Private repositories that were shown to the token's owner and dropped; None where none can be."""
    doubtful: bool | None = None
    """Whether its counters may be partly old, as the datasets of its run are stale."""


@dataclass(frozen=True, slots=True)
class KindSnapshots:
    """How many snapshots of a kind the file holds, by where they come from."""

    kind: Kind
    own: int
    imported: int


@dataclass(frozen=True, slots=True)
class Rejects:
    """Items of a kind that did not fit, in its newest snapshot, by why."""

    kind: Kind
    reason: str
    items: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many records of the newest snapshot of a kind carry a field."""

    kind: Kind
    source: str
    """store: a column, counted over entities; hub: a field of the Hub's own, counted over first pages of lists."""
    field: str
    carried: int | None
    records: int | None
    sent: str | None
    """The JSON types that the Hub gave it."""
    drift: str | None
    """new, changed or vanished."""

    @property
    def share(self) -> float | None:
        """The share of records that carry it, from 0 to 1."""
        return self.carried / self.records if self.records and self.carried is not None else None


@dataclass(frozen=True, slots=True)
class Dated:
    """A snapshot and its time."""

    snapshot_id: int
    kind: Kind
    observed_at: datetime

    def told(self) -> str:
        """Say that the time has not come, and which command takes the snapshot out."""
        return (
            f"snapshot {self.snapshot_id} of {self.kind.plural} lies in the future ({self.observed_at:%Y-%m-%d %H:%M}"
            f" UTC): `hubtrends drop-snapshot {self.snapshot_id}` shows what it brought, `--yes` takes it out"
        )


@dataclass(frozen=True, slots=True)
class StoreStatus:
    """What the file holds; each sequence in the order of the kinds."""

    held: Sequence[KindSnapshots] = ()
    newest: Sequence[SnapshotState] = ()
    rejects: Sequence[Rejects] = ()
    coverage: Sequence[Coverage] = ()
    withheld: Sequence[tuple[Kind, str]] = ()
    """Kinds whose newest whole walk missed too much to be believed, and how much."""
    ahead: Sequence[Dated] = ()
    """Snapshots of any origin whose time has not come."""
    archives: Sequence[ImportedArchive] = ()
    """What was imported."""


def store_status(con: duckdb.DuckDBPyConnection, now: datetime | None = None) -> StoreStatus:
    """Look at everything that is shown of a file; with `now`, also for snapshots from the future."""
    newest = newest_of_each(con)
    return StoreStatus(
        held(con), snapshots(con, newest), rejects(con, newest), coverage(con, newest), withheld(con),
        from_the_future(con, now) if now else (), list_archives(con),
    )  # fmt: skip


def from_the_future(con: duckdb.DuckDBPyConnection, now: datetime) -> list[Dated]:
    """Snapshots later than `now` by more than two clocks may differ."""
    rows = con.execute(
        "SELECT snapshot_id, kind, observed_at FROM snapshots WHERE observed_at > ? ORDER BY snapshot_id",
        [now + CLOCK_SLACK],
    ).fetchall()
    return [Dated(snapshot_id, Kind(kind), observed_at) for snapshot_id, kind, observed_at in rows]


def held(con: duckdb.DuckDBPyConnection) -> list[KindSnapshots]:
    """The kinds of which there is any snapshot."""
    rows = con.execute(
        "SELECT kind, count(*) FILTER (origin = 'crawl'), count(*) FILTER (origin <> 'crawl')"
        " FROM snapshots GROUP BY kind"
    ).fetchall()
    return sorted((KindSnapshots(Kind(kind), *rest) for kind, *rest in rows), key=lambda one: _place(one.kind))


def newest_of_each(con: duckdb.DuckDBPyConnection) -> list[int]:
    """The newest own snapshot of each kind."""
    rows = con.execute(
        "SELECT arg_max(snapshot_id, (observed_at, snapshot_id)) FROM snapshots WHERE origin = 'crawl' GROUP BY kind"
    ).fetchall()
    return [snapshot_id for (snapshot_id,) in rows]


def snapshots(con: duckdb.DuckDBPyConnection, ids: Sequence[int]) -> list[SnapshotState]:
    """How those snapshots went."""
    own = con.execute("SELECT * FROM snapshots WHERE snapshot_id IN (SELECT unnest(?::INTEGER[]))", [ids])
    columns = [name for name, *_ in own.description or ()]
    states = [_snapshot(dict(zip(columns, row, strict=True))) for row in own.fetchall()]
    return sorted(states, key=lambda state: _place(state.kind))


def _snapshot(row: Mapping[str, Any]) -> SnapshotState:
    """A row of `snapshots`; a file that is not migrated yet lacks the newest columns."""
    return SnapshotState(
        Kind(row["kind"]), Scope(row["scope"]), row["observed_at"], row["complete"], row["reason"], row["stale"],
        row["records"], row["duplicates"], row["rejected"], row.get("private"), row.get("doubtful"),
    )  # fmt: skip


def rejects(con: duckdb.DuckDBPyConnection, ids: Sequence[int]) -> list[Rejects]:
    """Why items did not fit in those snapshots, the most frequent reason of a kind first."""
    rows = con.execute(
        "SELECT kind, reason, count(*) AS items FROM rejects WHERE snapshot_id IN (SELECT unnest(?::INTEGER[]))"
        " GROUP BY kind, reason ORDER BY items DESC, reason",
        [ids],
    ).fetchall()
    return sorted((Rejects(Kind(kind), *rest) for kind, *rest in rows), key=lambda one: _place(one.kind))


def coverage(con: duckdb.DuckDBPyConnection, ids: Sequence[int]) -> list[Coverage]:
    """The columns that the kind's view has, then the Hub's own fields; each from the one that is carried least."""
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
    """Mass removals that wait for a person: the newest whole walk of the kind was doubted."""
    rows = con.execute(
        "SELECT e.kind, e.evidence FROM events AS e WHERE e.event = 'withheld' AND e.snapshot_id IN"
        " (SELECT arg_max(snapshot_id, (observed_at, snapshot_id)) FROM snapshots"
        "  WHERE origin = 'crawl' AND scope = 'full' AND complete GROUP BY kind)"
    ).fetchall()
    return sorted(((Kind(kind), evidence) for kind, evidence in rows), key=lambda one: _place(one[0]))


def _place(kind: Kind) -> int:
    return list(Kind).index(kind)


def miscounted(con: duckdb.DuckDBPyConnection) -> list[tuple[int, int, int]]:
    """Newest snapshots that do not hold as many rows as they say: each with what it says and what there is."""
    return con.execute(
        "SELECT s.snapshot_id, any_value(s.records), count(o.entity_key)"
        " FROM snapshots AS s LEFT JOIN observations AS o USING (snapshot_id)"
        " WHERE s.snapshot_id IN (SELECT unnest(?::INTEGER[]))"
        " GROUP BY s.snapshot_id HAVING any_value(s.records) <> count(o.entity_key) ORDER BY s.snapshot_id",
        [newest_of_each(con)],
    ).fetchall()
