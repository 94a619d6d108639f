"""Prepares the last weeks of a kind for sparklines and charts: one bar per week, oldest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from analysis.records import KindWeek, Metric, PastWeek
from reports.document import WeekBar

MIN_WEEKS = 2
"""Weeks that make a history; one is only the compared week."""

SURE = ("exact", "near")
"""The bases whose span stands for a week."""


@dataclass(frozen=True, slots=True)
class Weekly:
    """The weekly gains of a kind by one metric, from the first week in which any entity gained."""

    weeks: tuple[PastWeek, ...]
    gains: dict[str, tuple[int | None, ...]]
    """The weekly gains of entities by Hub id."""

    @classmethod
    def of(cls, week: KindWeek, metric: Metric) -> Self:
        """Return the weekly gains of a kind; empty if they gained in fewer than two weeks."""
        own = [one for one in week.weekly_gains if one.metric is metric]
        known = [place for place, gains in enumerate(zip(*(one.gains for one in own), strict=True)) if any(gains)]
        if len(known) < MIN_WEEKS:
            return cls((), {})
        return cls(week.past_weeks[known[0] :], {one.hub_id: one.gains[known[0] :] for one in own})

    def bars(self, hub_ids: Iterable[str]) -> tuple[WeekBar, ...]:
        """Return the sums of the gains of entities; empty if no week of any is known."""
        gains = [self.gains[hub_id] for hub_id in hub_ids if hub_id in self.gains]
        bars = tuple(
            _bar(past, [gain for gain in known if gain is not None])
            for past, known in zip(self.weeks, zip(*gains, strict=True), strict=False)
        )
        return bars if any(bar.gain is not None for bar in bars) else ()


def _bar(past: PastWeek, gains: list[int]) -> WeekBar:
    """Return the bar of a week; a span far from seven days gives the gain at its rate per seven days."""
    sure = past.basis in SURE and not past.imported
    if not gains or not past.span_days:
        return WeekBar(None, sure)
    total = sum(gains)
    return WeekBar(total if past.basis in SURE else round(total * 7 / past.span_days), sure)
