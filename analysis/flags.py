"""What to know before believing a row, each as its name, a colon and the evidence; never a verdict.

echo                 the 30-day figure fell because a large week left its window
one day              over half of the week fell on one day
imported             what the row is scored from is in part another's archive
downloads per like   more downloads for each like than almost anything busy has
revised              the counter fell somewhere in the week
stood still          the counter did not move while most others did
removed              a look-up has found it gone from the Hub
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from analysis.comparison import Staged
from analysis.metrics import COUNTERS
from analysis.records import Change, Metric
from analysis.score.panel import Panel
from db.sql import run_sql

WINDOW_DAYS = 30
"""What the Hub's `downloads` counts."""

ECHO_FACTOR = 2
"""The week that left the window must have been so many times the usual one."""

ECHO_FALL = 0.1
"""A 30-day figure that fell by less needs no explanation."""

LEAST_DAYS = 5
"""With fewer days seen, one of them holds much of the week by itself."""

BUSY = 100
"""Entities needed to say what almost none of them has."""


@dataclass(frozen=True, slots=True)
class LargestDay:
    """The largest day of a week."""

    observed_at: datetime
    gain: int
    days: int
    """Days of the week that were seen."""


def echo(change: Change) -> str | None:
    """Tell that a large week has left the 30-day window.

    The change of the 30-day figure is the span's downloads less those of the span 30 days earlier: exactly.
    """
    if change.metric is not Metric.DOWNLOADS or None in (change.before, change.now, change.gain, change.span_days):
        return None
    before, now, gain, span = change.before or 0, change.now or 0, change.gain or 0, change.span_days or 0.0
    left = gain - (now - before)
    usual = (now - gain) / (WINDOW_DAYS - span) * span if span < WINDOW_DAYS else 0.0
    if now - before >= -ECHO_FALL * before or left <= ECHO_FACTOR * max(usual, gain):
        return None
    return f"echo: {left:,} downloads left the 30-day window, {gain:,} came in"


def one_day(change: Change, largest: LargestDay | None) -> str | None:
    """Tell that one day holds over half of the week's gain."""
    if largest is None or largest.days < LEAST_DAYS or not change.gain or 2 * largest.gain <= change.gain:
        return None
    return f"one day: {100 * largest.gain / change.gain:.0f} % of the week by {largest.observed_at:%Y-%m-%d}"


def downloads_per_like(change: Change, band: int | None) -> str | None:
    """Tell that an entity has more downloads for each like than 99 in 100 busy ones."""
    if change.metric is not Metric.DOWNLOADS or band is None or change.likes_now is None or not change.downloads_now:
        return None
    each = change.downloads_now // (change.likes_now + 1)
    return f"downloads per like: {each:,}, 99 in 100 have at most {band:,}" if each > band else None


def imported(panel: Panel) -> str | None:
    """Tell that snapshots of another's archive are among those that a score reads."""
    return f"imported: {panel.imported} of {len(panel.snapshots)} snapshots" if panel.imported else None


def removals(staged: Staged, keys: Sequence[int]) -> dict[int, str]:
    """Tell, by key, of those entities that were gone from the Hub by the moment of the report."""
    rows = run_sql(staged.con, "analysis/removed", {"keys": list(keys), "as_of": staged.as_of})
    return {key: f"removed: a look-up found it gone from the Hub on {at:%Y-%m-%d}" for key, at in rows}


def stood_still(staged: Staged, keys: Sequence[int]) -> dict[int, str]:
    """Tell, by key, of those busy entities whose counter stood still on a day on which most others moved."""
    pair = staged.pair
    parameters = {"keys": list(keys), "kind": pair.kind.value, "before_at": pair.before_at, "now_at": pair.now_at}
    rows = run_sql(staged.con, "analysis/stood_still", parameters, COUNTERS[Metric.DOWNLOADS])
    return {
        key: f"stood still: the counter did not move on {still} of {days} days seen, last by {last:%Y-%m-%d}"
        for key, still, days, last in rows
    }


def with_flags(staged: Staged, keys: Sequence[int], changes: Sequence[Change], *, daily: bool) -> list[Change]:
    """The changes with everything that is to be known about them; `daily` where the table `daily` is theirs."""
    parameters = {"keys": list(keys), "before_at": staged.pair.before_at, "now_at": staged.pair.now_at}
    days = (
        {key: LargestDay(*day) for key, *day in run_sql(staged.con, "analysis/largest_day", parameters)}
        if daily
        else {}
    )
    fell = {
        key: f"revised: the counter fell from {before} to {after}"
        for key, before, after in run_sql(staged.con, "analysis/revised", parameters)
    }
    stood = stood_still(staged, keys)
    gone = removals(staged, keys)
    band = _band(staged) if any(change.metric is Metric.DOWNLOADS for change in changes) else None
    flagged = []
    for key, change in zip(keys, changes, strict=True):
        evidence = {"revised": fell.get(key), "stood still": stood.get(key)}
        found = (gone.get(key), echo(change), one_day(change, days.get(key)), downloads_per_like(change, band))
        flagged.append(replace(change, flags=tuple(_merged(change, evidence, found))))
    return flagged


def _band(staged: Staged) -> int | None:
    ((band, busy),) = run_sql(staged.con, "analysis/per_like_band")
    return band if busy >= BUSY else None


def _merged(change: Change, evidence: Mapping[str, str | None], found: Sequence[str | None]) -> Iterator[str]:
    """The flags of the change itself; what tells of its counter stands with its evidence where that is known."""
    told = [flag for flag in evidence.values() if flag] if change.metric is Metric.DOWNLOADS else []
    yield from told
    yield from (flag for flag in change.flags if not evidence.get(flag))
    yield from (flag for flag in found if flag)
