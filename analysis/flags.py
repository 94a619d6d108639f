"""Computes the caveats of a row. A caveat is a name, a colon and numbers; it does not judge the row.

echo                 the 30-day download count fell because a large week left its window
one day              over half of the week fell on one day
imported             the score reads imported snapshots
downloads per like   more downloads per like than 99 in 100 busy entities
revised              the counter fell within the week
stood still          the counter did not move while most others did
removed              a look-up found the entity gone from the Hub
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from analysis.comparison import Comparison
from analysis.records import Change, Metric
from analysis.score.panel import Panel

WINDOW_DAYS = 30
"""The window of the Hub's `downloads`."""

ECHO_LIFT = 2
"""Minimum size of the week that left the window, in average weeks."""

MIN_ECHO_FALL = 0.1
"""Smaller relative falls of the 30-day download count get no flag."""

MIN_DAYS = 5
"""With fewer observed days, one day always has a large part of the week's gain."""

MIN_BUSY = 100
"""Busy entities needed for a 99th percentile."""


@dataclass(frozen=True, slots=True)
class LargestDay:
    """The largest day of a week."""

    observed_at: datetime
    gain: int
    days: int
    """Observed days of the week."""


def echo(change: Change) -> str | None:
    """Flag a fall of the 30-day download count that a large week caused when it left the window.

    Over a span, the count changes by the downloads of the span minus those of the span 30 days earlier.
    """
    if change.metric is not Metric.DOWNLOADS or None in (change.before, change.now, change.gain, change.span_days):
        return None
    before, now, gain, span = change.before or 0, change.now or 0, change.gain or 0, change.span_days or 0.0
    left = gain - (now - before)
    average = (now - gain) / (WINDOW_DAYS - span) * span if span < WINDOW_DAYS else 0.0
    if now - before >= -MIN_ECHO_FALL * before or left <= ECHO_LIFT * max(average, gain):
        return None
    return f"echo: {left:,} downloads left the 30-day window, {gain:,} came in"


def one_day(change: Change, largest: LargestDay | None) -> str | None:
    """Flag a week of which one day has more than half of the gain."""
    if largest is None or largest.days < MIN_DAYS or not change.gain or 2 * largest.gain <= change.gain:
        return None
    return f"one day: {100 * largest.gain / change.gain:.0f} % of the week by {largest.observed_at:%Y-%m-%d}"


def downloads_per_like(change: Change, percentile: int | None) -> str | None:
    """Flag more downloads per like than the 99th percentile of busy entities."""
    if change.metric is not Metric.DOWNLOADS or percentile is None:
        return None
    if change.likes_now is None or not change.downloads_now:
        return None
    ratio = change.downloads_now // (change.likes_now + 1)
    return f"downloads per like: {ratio:,}, 99 in 100 have at most {percentile:,}" if ratio > percentile else None


def imported(panel: Panel) -> str | None:
    """Flag a score that reads imported snapshots."""
    return f"imported: {panel.imported} of {len(panel.snapshots)} snapshots" if panel.imported else None


def removals(comparison: Comparison, keys: Sequence[int]) -> dict[int, str]:
    """Return the flag of each entity that was gone from the Hub at the report's time, by key."""
    rows = comparison.run("removed", {"keys": list(keys), "as_of": comparison.as_of})
    return {key: f"removed: a look-up found it gone from the Hub on {at:%Y-%m-%d}" for key, at in rows}


def stood_still(comparison: Comparison, keys: Sequence[int]) -> dict[int, str]:
    """Return the flag of each busy entity whose counter did not move while most others did, by key."""
    pair = comparison.pair
    parameters = {"keys": list(keys), "kind": pair.kind.value, "before_at": pair.before_at, "now_at": pair.now_at}
    rows = comparison.run("stood_still", parameters, Metric.DOWNLOADS.columns)
    return {
        key: f"stood still: the counter did not move on {still} of {days} days seen, last by {last:%Y-%m-%d}"
        for key, still, days, last in rows
    }


def with_flags(comparison: Comparison, keys: Sequence[int], changes: Sequence[Change], *, daily: bool) -> list[Change]:
    """Return the changes with all their flags; `daily` is true if the temporary table `daily` has their metric."""
    days = _largest_days(comparison, keys) if daily else {}
    revised, still, removed = _revisions(comparison, keys), stood_still(comparison, keys), removals(comparison, keys)
    downloads = any(change.metric is Metric.DOWNLOADS for change in changes)
    percentile = _downloads_per_like_percentile(comparison) if downloads else None
    flagged = []
    for key, change in zip(keys, changes, strict=True):
        evidence = {"revised": revised.get(key), "stood still": still.get(key)}
        found = (
            removed.get(key), echo(change), one_day(change, days.get(key)), downloads_per_like(change, percentile),
        )  # fmt: skip
        flagged.append(replace(change, flags=tuple(_merged(change, evidence, found))))
    return flagged


def _largest_days(comparison: Comparison, keys: Sequence[int]) -> dict[int, LargestDay]:
    rows = comparison.query(
        """
        SELECT d.entity_key, max_by(d.observed_at, (d.gain, -d.place)), max(d.gain), count(*)
        FROM daily AS d
        WHERE d.observed_at > $before_at AND d.days <= 1.5 AND d.entity_key IN (SELECT unnest($keys::INTEGER[]))
        GROUP BY d.entity_key
        """,
        {"keys": list(keys), "before_at": comparison.pair.before_at},
    )
    return {key: LargestDay(*day) for key, *day in rows}


def _revisions(comparison: Comparison, keys: Sequence[int]) -> dict[int, str]:
    rows = comparison.query(
        """
        SELECT e.entity_key, max_by(e.before, e.snapshot_id), max_by(e.after, e.snapshot_id)
        FROM events AS e
        WHERE e.event = 'revised' AND e.observed_at > $before_at AND e.observed_at <= $now_at
          AND e.entity_key IN (SELECT unnest($keys::INTEGER[]))
        GROUP BY e.entity_key
        """,
        {"keys": list(keys), "before_at": comparison.pair.before_at, "now_at": comparison.pair.now_at},
    )
    return {key: f"revised: the counter fell from {before} to {after}" for key, before, after in rows}


def _downloads_per_like_percentile(comparison: Comparison) -> int | None:
    """Return the 99th percentile over busy entities; None where they are too few."""
    ((percentile, busy),) = comparison.query(
        """
        SELECT quantile_disc(c.downloads_now // (c.likes_now + 1), 0.99), count(*)
        FROM {change} AS c
        WHERE c.downloads_now >= 300 AND c.likes_now IS NOT NULL
        """
    )
    return percentile if busy >= MIN_BUSY else None


def _merged(change: Change, evidence: Mapping[str, str | None], found: Sequence[str | None]) -> Iterator[str]:
    """Yield the flags of a change; a flag with numbers replaces the same flag without."""
    if change.metric is Metric.DOWNLOADS:
        yield from (flag for flag in evidence.values() if flag)
    yield from (flag for flag in change.flags if not evidence.get(flag))
    yield from (flag for flag in found if flag)
