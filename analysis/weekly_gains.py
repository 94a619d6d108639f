"""The last weeks of listed entities: what each gained in each week, and its place in the Hub's own order.

past_pairs ─► the snapshots compared in each week     weekly_gains ─► PastWeek, WeeklyGains, PastRanks
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from analysis.comparison import Comparison, pair_of
from analysis.groups.facets import WEEKS
from analysis.records import Metric, Pair, PastRanks, PastWeek, WeeklyGains
from crawler.kinds import OWN_ORIGIN

WEEK = timedelta(days=7)

LATER = timedelta(hours=12)
"""How long after its time a snapshot may still end an earlier week."""

EARLIER = timedelta(days=3, hours=12)
"""How long before its time a snapshot may still end an earlier week; one before that belongs to another week."""


@dataclass(frozen=True, slots=True)
class PastWeeks:
    """The last weeks of a kind and of its listed entities."""

    weeks: tuple[PastWeek, ...] = ()
    gains: tuple[WeeklyGains, ...] = ()
    ranks: tuple[PastRanks, ...] = ()


def weekly_gains(
    comparison: Comparison, listed: Mapping[Metric, Collection[str]], ranked: Collection[str]
) -> PastWeeks:
    """Return the weekly gains of listed entities by metric, and the places of ranked ones, both by Hub id."""
    now_at = comparison.pair.now_at
    if now_at is None:
        return PastWeeks()
    pairs = past_pairs(comparison, now_at)
    rows = _rows(comparison, pairs, {hub_id for names in (*listed.values(), ranked) for hub_id in names})
    metrics = (Metric.DOWNLOADS, Metric.LIKES, Metric.UPVOTES)
    gains = {
        (hub_id, week, metric): gain
        for hub_id, week, _, *found in rows
        for metric, gain in zip(metrics, found, strict=True)
    }
    ranks = {(hub_id, week): rank for hub_id, week, rank, *_ in rows}
    return PastWeeks(
        tuple(_past_week(pair, now_at - (len(pairs) - 1 - week) * WEEK) for week, pair in enumerate(pairs)),
        tuple(
            WeeklyGains(hub_id, metric, tuple(gains.get((hub_id, week, metric)) for week in range(len(pairs))))
            for metric, names in listed.items()
            for hub_id in names
        ),
        tuple(PastRanks(hub_id, tuple(ranks.get((hub_id, week)) for week in range(len(pairs)))) for hub_id in ranked),
    )


def past_pairs(comparison: Comparison, now_at: datetime) -> list[Pair | None]:
    """Return the compared snapshots of the last nine weeks, oldest first; None for a week without a snapshot."""
    return [*reversed(list(_earlier_pairs(comparison, now_at))), comparison.pair]


def _earlier_pairs(comparison: Comparison, now_at: datetime) -> Iterator[Pair | None]:
    used = comparison.pair.now_snapshot
    for number in range(1, WEEKS):
        end = now_at - number * WEEK
        pair = pair_of(comparison.con, comparison.pair.kind, end + LATER)
        if pair.now_at is None or pair.now_at < end - EARLIER or pair.now_snapshot == used:
            yield None
        else:
            used = pair.now_snapshot
            yield pair


def _past_week(pair: Pair | None, end: datetime) -> PastWeek:
    if pair is None or pair.before_at is None:
        return PastWeek(end, None, "none")
    return PastWeek(end, pair.span_days, pair.basis, {pair.now_origin, pair.before_origin} != {OWN_ORIGIN})


def _rows(
    comparison: Comparison, pairs: list[Pair | None], hub_ids: Collection[str]
) -> list[tuple[str, int, int | None, int | None, int | None, int | None]]:
    known = [(week, pair) for week, pair in enumerate(pairs) if pair is not None]
    parameters = {
        "kind": comparison.pair.kind.value,
        "hub_ids": sorted(hub_ids),
        "weeks": [week for week, _ in known],
        "now_snapshots": [pair.now_snapshot for _, pair in known],
        "before_snapshots": [pair.before_snapshot for _, pair in known],
    }
    return comparison.run("weekly_gains", parameters)
