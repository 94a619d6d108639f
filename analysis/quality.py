"""Describes the snapshots that a week's numbers rest on, and the gaps in them.

quality      the snapshots used, rejected items, drift of the Hub's fields, sentences on what is missing
sentences    pure: a kind's week and its nearby snapshots ─► sentences
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

import duckdb

from analysis.records import (
    METRICS,
    Change,
    KindAnalysis,
    KindWeek,
    Pair,
    Quality,
    RejectCount,
    SnapshotUse,
)
from crawler.kinds import OWN_ORIGIN, Kind
from db.sql import run_sql

OLD = timedelta(hours=36)
"""Age from which the newest snapshot is reported as old. A daily crawl is at most one day plus its own duration old."""

GAP_FACTOR = 2
"""A gap is a pause of more than this many median pauses."""

MIN_FOR_A_GAP = 4
"""Snapshots needed for a median pause."""


@dataclass(frozen=True, slots=True)
class NearbySnapshot:
    """A snapshot of the last two weeks, whether the report uses it or not."""

    snapshot_id: int
    observed_at: datetime
    complete: bool
    stale: bool | None
    reason: str | None

    @property
    def usable(self) -> bool:
        """Whether the snapshot may be the end of a week."""
        return self.complete and not self.stale


def quality(
    con: duckdb.DuckDBPyConnection, as_of: datetime, analyses: Sequence[KindAnalysis], watched: Sequence[Change]
) -> Quality:
    """Collect the used snapshots and the gaps of the report's weeks and watched changes."""
    weeks = [one.week for one in analyses]
    sides = [side for week in weeks for side in (week.pair.now_snapshot, week.pair.before_snapshot)]
    used = {"snapshots": [snapshot for snapshot in sides if snapshot is not None]}
    missing = [line for week in weeks for line in _missing(con, week, as_of)]
    return Quality(
        used=tuple(SnapshotUse(row[0], Kind(row[1]), *row[2:]) for row in run_sql(con, "analysis/used", used)),
        rejects=_rejects(con, used),
        missing=(*missing, *_unseen(watched)),
        drift=_drift(con, used),
        history=tuple(line for one in analyses for line in one.history),
        imported=tuple(line for one in analyses for line in one.imported),
    )


def _rejects(con: duckdb.DuckDBPyConnection, used: dict[str, list[int]]) -> tuple[RejectCount, ...]:
    rows = con.execute(
        """
        SELECT r.kind, r.reason, count(*) AS items
        FROM rejects AS r
        WHERE r.snapshot_id IN (SELECT unnest($snapshots::INTEGER[]))
        GROUP BY r.kind, r.reason
        ORDER BY r.kind, items DESC, r.reason
        """,
        used,
    ).fetchall()
    return tuple(RejectCount(Kind(kind), reason, count) for kind, reason, count in rows)


def _drift(con: duckdb.DuckDBPyConnection, used: dict[str, list[int]]) -> tuple[str, ...]:
    """Describe the Hub's fields that are new, gone or changed in the used snapshots."""
    rows = con.execute(
        """
        SELECT DISTINCT c.kind, c.field, c.drift, c.type
        FROM coverage AS c
        WHERE c.source = 'hub' AND c.drift IS NOT NULL AND c.snapshot_id IN (SELECT unnest($snapshots::INTEGER[]))
        ORDER BY c.kind, c.field, c.drift, c.type
        """,
        used,
    ).fetchall()
    verbs = {"new": "is new", "vanished": "has vanished", "changed": "has changed its type"}
    return tuple(
        f"{kind}: the Hub's field {field} {verbs.get(drift, drift)}" + (f" ({sent})" if sent else "")
        for kind, field, drift, sent in rows
    )


def _missing(con: duckdb.DuckDBPyConnection, week: KindWeek, as_of: datetime) -> Iterator[str]:
    rows = con.execute(
        """
        SELECT s.snapshot_id, s.observed_at, s.complete, s.stale, s.reason
        FROM snapshots AS s
        WHERE s.kind = $kind AND s.observed_at <= $as_of AND s.observed_at > $as_of::TIMESTAMPTZ - INTERVAL 15 DAY
        ORDER BY s.observed_at, s.snapshot_id
        """,
        {"kind": week.kind.value, "as_of": as_of},
    ).fetchall()
    yield from sentences(week, [NearbySnapshot(*row) for row in rows], as_of)
    yield from _rollbacks(con, week.pair)


def _rollbacks(con: duckdb.DuckDBPyConnection, pair: Pair) -> Iterator[str]:
    """Yield a sentence per Hub-wide fall of counters since the earlier snapshot."""
    if pair.before_at is None:
        return
    rows = con.execute(
        """
        SELECT e.observed_at, e.evidence
        FROM events AS e
        WHERE e.event = 'rollback' AND e.kind = $kind AND e.observed_at > $since AND e.observed_at <= $now_at
        ORDER BY e.observed_at, e.snapshot_id
        """,
        {"kind": pair.kind.value, "since": pair.before_at, "now_at": pair.now_at},
    ).fetchall()
    for moment, evidence in rows:
        fall = f"By {_moment(moment)} the Hub had taken downloads of {pair.kind.plural} back ({evidence})"
        yield f"{fall}: gains over that time are too low, and scores leave it out."


def _unseen(watched: Sequence[Change]) -> Iterator[str]:
    """Yield a sentence per watched entity that neither snapshot shows."""
    entities = {(change.entity.kind, change.entity.id): change.flags for change in watched if change.status == "unseen"}
    for (kind, name), flags in entities.items():
        gone = "".join(f"; {flag.partition(': ')[2]}" for flag in flags)
        yield f"The watched {kind.value} {name} is not public or unknown: it is in neither snapshot{gone}."


def sentences(week: KindWeek, near: Sequence[NearbySnapshot], as_of: datetime) -> Iterator[str]:
    """Yield one sentence per gap in the week of a kind."""
    if week.pair.now_at is None:
        yield f"There is no usable snapshot of {week.kind.plural}."
    else:
        yield from _age(week.pair, as_of)
        yield from _basis(week.pair)
        yield from cautions(week.pair)
        yield from _origins(week.pair)
        yield from _gaps(week.pair, near)
        yield from _withheld(week)
    yield from _unused(week, near)


def _age(pair: Pair, as_of: datetime) -> Iterator[str]:
    if pair.now_at is not None and as_of - pair.now_at > OLD:
        days = (as_of - pair.now_at) / timedelta(days=1)
        yield f"The newest usable snapshot of {pair.kind.plural} is {days:.1f} days old ({_moment(pair.now_at)})."


def _basis(pair: Pair) -> Iterator[str]:
    if pair.before_at is None:
        yield f"No snapshot of {pair.kind.plural} lies 2 to 14 days before the newest: there is no change to show."
    elif pair.basis != "exact" and pair.span_days is not None:
        yield f"The changes of {pair.kind.plural} span {pair.span_days:.2f} days, not 7 ({pair.basis})."


def cautions(pair: Pair) -> Iterator[str]:
    """Yield a sentence per difference of the two snapshots, and per doubt about their counters."""
    if pair.before_at is not None and pair.now_scope != pair.before_scope:
        yield (
            f"A {pair.now_scope} snapshot of {pair.kind.plural} is compared with a {pair.before_scope} one:"
            " presence on one side only says little."
        )
    if pair.depths:
        yield (
            f"The lists of {pair.kind.plural} do not reach equally deep ({pair.depths}):"
            " entities below the shorter one have neither appeared nor left."
        )
    if pair.doubtful:
        yield (
            f"Download counters of {pair.kind.plural} may be partly old:"
            " the Hub had not refreshed the datasets of the same run."
        )


def _origins(pair: Pair) -> Iterator[str]:
    for verb, origin in (("end on", pair.now_origin), ("begin with", pair.before_origin)):
        if pair.before_at is not None and origin != OWN_ORIGIN:
            yield f"The changes of {pair.kind.plural} {verb} a snapshot imported from {origin}."


def _gaps(pair: Pair, near: Sequence[NearbySnapshot]) -> Iterator[str]:
    moments = [snapshot.observed_at for snapshot in near if snapshot.usable]
    pauses = [(later - earlier, earlier, later) for earlier, later in itertools.pairwise(moments)]
    if len(moments) < MIN_FOR_A_GAP or pair.before_at is None:
        return
    median_pause = timedelta(seconds=median(pause.total_seconds() for pause, _, _ in pauses))
    for pause, earlier, later in pauses:
        if pause > GAP_FACTOR * median_pause and later > pair.before_at:
            yield f"There is no usable snapshot of {pair.kind.plural} between {_moment(earlier)} and {_moment(later)}."


def _withheld(week: KindWeek) -> Iterator[str]:
    for metric in METRICS[week.kind]:
        reasons = {ranked.withheld for ranked in week.lists if ranked.metric is metric and ranked.withheld}
        if week.pair.before_at is not None:
            yield from (f"{metric.value.capitalize()} of {week.kind.plural}: {reason}." for reason in sorted(reasons))
        if any("all-time" in reason for reason in reasons):
            yield f"For {week.kind.plural} only 30-day downloads are shown; their change is not the week's downloads."
    if not week.trending and week.pair.now_scope == "full":
        yield f"The newest snapshot of {week.kind.plural} is a full one, which has no place in the Hub's own order."


def _unused(week: KindWeek, near: Sequence[NearbySnapshot]) -> Iterator[str]:
    """Yield a sentence per snapshot of the week that cannot be its end."""
    since = week.pair.before_at or week.pair.now_at
    for snapshot in near:
        if snapshot.usable or (since is not None and snapshot.observed_at <= since):
            continue
        why = "the Hub had not refreshed its counters" if snapshot.complete else f"incomplete: {snapshot.reason}"
        yield f"The snapshot of {week.kind.plural} of {_moment(snapshot.observed_at)} is not used ({why})."


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
