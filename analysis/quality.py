"""What the numbers rest on, and what a reader would expect and does not get.

sentences    pure: a kind's pair and its snapshots ─► plain sentences
quality      the snapshots used, why items did not fit, what is missing
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

import duckdb

from analysis.kind_week import KindAnalysis
from analysis.provenance import OWN, Quality, RejectCount, SnapshotUse
from analysis.records import METRICS, Change, KindWeek, Pair
from crawler.kinds import Kind
from db.sql import run_sql

OLD = timedelta(hours=36)
"""A newest snapshot older than this is told: a daily crawl is at most a day and its own length behind."""

GAP_FACTOR = 2
"""A pause so many times as long as the usual one is a gap."""

LEAST_FOR_A_GAP = 4
"""Fewer snapshots have no usual pause."""


@dataclass(frozen=True, slots=True)
class NearbySnapshot:
    """A snapshot of the last two weeks, used or not."""

    snapshot_id: int
    observed_at: datetime
    complete: bool
    stale: bool | None
    reason: str | None

    @property
    def usable(self) -> bool:
        """Whether a week may end on it."""
        return self.complete and not self.stale


def quality(
    con: duckdb.DuckDBPyConnection, as_of: datetime, told: Sequence[KindAnalysis], watched: Sequence[Change]
) -> Quality:
    """What a report of these weeks, with these watched changes, rests on."""
    weeks = [one.week for one in told]
    pairs = [week.pair for week in weeks]
    used = {"snapshots": [s for pair in pairs for s in (pair.now_snapshot, pair.before_snapshot) if s is not None]}
    missing = [line for week in weeks for line in _missing(con, week, as_of)]
    return Quality(
        used=tuple(SnapshotUse(row[0], Kind(row[1]), *row[2:]) for row in run_sql(con, "analysis/used", used)),
        rejects=tuple(
            RejectCount(Kind(kind), reason, count) for kind, reason, count in run_sql(con, "analysis/rejects", used)
        ),
        missing=(*missing, *_unseen(watched)),
        drift=tuple(_drift(*row) for row in run_sql(con, "analysis/drift", used)),
        history=tuple(line for one in told for line in one.history),
        imported=tuple(line for one in told for line in one.imported),
    )


def _missing(con: duckdb.DuckDBPyConnection, week: KindWeek, as_of: datetime) -> Iterator[str]:
    near = [
        NearbySnapshot(*row)
        for row in run_sql(con, "analysis/snapshots_near", {"kind": week.kind.value, "as_of": as_of})
    ]
    yield from sentences(week, near, as_of)
    yield from _rollbacks(con, week.pair)


def _rollbacks(con: duckdb.DuckDBPyConnection, pair: Pair) -> Iterator[str]:
    """Hub-wide falls since the earlier snapshot: the gains over them are too low, the scores leave them out."""
    parameters = {"kind": pair.kind.value, "since": pair.before_at, "now_at": pair.now_at}
    for moment, evidence in run_sql(con, "analysis/rollbacks", parameters) if pair.before_at is not None else ():
        told = f"By {_moment(moment)} the Hub had taken downloads of {pair.kind.plural} back ({evidence})"
        yield f"{told}: gains over that time are too low, and scores leave it out."


def _unseen(watched: Sequence[Change]) -> Iterator[str]:
    """What is watched and not there; its only flag is that it is known to be gone."""
    entities = {(change.entity.kind, change.entity.id): change.flags for change in watched if change.status == "unseen"}
    for (kind, name), flags in entities.items():
        gone = "".join(f"; {flag.partition(': ')[2]}" for flag in flags)
        yield f"The {kind.value} {name} is on the watch list and in neither snapshot{gone}."


def _drift(kind: str, field: str, drift: str, sent: str | None) -> str:
    verb = {"new": "is new", "vanished": "has vanished", "changed": "has changed its type"}.get(drift, drift)
    return f"{kind}: the Hub's field {field} {verb}" + (f" ({sent})" if sent else "")


def sentences(week: KindWeek, near: Sequence[NearbySnapshot], as_of: datetime) -> Iterator[str]:
    """What is missing from the week of a kind, one sentence each."""
    if week.pair.now_at is None:
        yield f"There is no usable snapshot of {week.kind.plural}."
    else:
        yield from _age(week.pair, as_of)
        yield from _basis(week.pair)
        yield from cautions(week.pair)
        yield from _origins(week.pair)
        yield from _gaps(week.pair, near)
        yield from _numbers(week)
    yield from _unused(week, near)


def _age(pair: Pair, as_of: datetime) -> Iterator[str]:
    if pair.now_at is not None and as_of - pair.now_at > OLD:
        days = (as_of - pair.now_at) / timedelta(days=1)
        yield f"The newest usable snapshot of {pair.kind.plural} is {days:.1f} days old ({_moment(pair.now_at)})."


def _basis(pair: Pair) -> Iterator[str]:
    if pair.before_at is None:
        yield f"No snapshot of {pair.kind.plural} lies 2 to 14 days before the newest: there is no change to tell."
    elif pair.basis != "exact" and pair.span_days is not None:
        yield f"The changes of {pair.kind.plural} span {pair.span_days:.2f} days, not 7 ({pair.basis})."


def cautions(pair: Pair) -> Iterator[str]:
    """Say in what the two snapshots of a pair are unlike, and why their counters may be old, one sentence each."""
    if pair.before_at is not None and pair.now_scope != pair.before_scope:
        yield (
            f"A {pair.now_scope} snapshot of {pair.kind.plural} is compared with a {pair.before_scope} one:"
            " what is on one side only says little."
        )
    if pair.depths:
        yield (
            f"The lists of {pair.kind.plural} do not reach equally deep ({pair.depths}):"
            " what lies below the shorter one has neither appeared nor left."
        )
    if pair.doubtful:
        yield (
            f"Download counters of {pair.kind.plural} may be partly old:"
            " the Hub had not refreshed the datasets of the same run."
        )


def _origins(pair: Pair) -> Iterator[str]:
    for verb, origin in (("end on", pair.now_origin), ("begin with", pair.before_origin)):
        if pair.before_at is not None and origin != OWN:
            yield f"The changes of {pair.kind.plural} {verb} a snapshot imported from {origin}."


def _gaps(pair: Pair, near: Sequence[NearbySnapshot]) -> Iterator[str]:
    moments = [snapshot.observed_at for snapshot in near if snapshot.usable]
    pauses = [(later - earlier, earlier, later) for earlier, later in itertools.pairwise(moments)]
    if len(moments) < LEAST_FOR_A_GAP or pair.before_at is None:
        return
    usual = timedelta(seconds=median(pause.total_seconds() for pause, _, _ in pauses))
    for pause, earlier, later in pauses:
        if pause > GAP_FACTOR * usual and later > pair.before_at:
            yield f"There is no usable snapshot of {pair.kind.plural} between {_moment(earlier)} and {_moment(later)}."


def _numbers(week: KindWeek) -> Iterator[str]:
    for metric in METRICS[week.kind]:
        reasons = {ranked.withheld for ranked in week.lists if ranked.metric is metric and ranked.withheld}
        if week.pair.before_at is not None:
            yield from (f"{metric.value.capitalize()} of {week.kind.plural}: {reason}." for reason in sorted(reasons))
        if any("all-time" in reason for reason in reasons):
            yield f"For {week.kind.plural} only 30-day downloads are shown; their change is not the week's downloads."
    if not week.trending and week.pair.now_scope == "full":
        yield f"The newest snapshot of {week.kind.plural} is a full one, which has no place in the Hub's own order."


def _unused(week: KindWeek, near: Sequence[NearbySnapshot]) -> Iterator[str]:
    """Snapshots since the week began that cannot end it."""
    since = week.pair.before_at or week.pair.now_at
    for snapshot in near:
        if snapshot.usable or (since is not None and snapshot.observed_at <= since):
            continue
        why = "the Hub had not refreshed its counters" if snapshot.complete else f"incomplete: {snapshot.reason}"
        yield f"The snapshot of {week.kind.plural} of {_moment(snapshot.observed_at)} is not used ({why})."


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
