"""Which snapshots a score reads: pure decisions on their times.

daily     one snapshot a day over the week and the four weeks before it
weekly    where days are missing: the newer snapshot, the earlier one, and one for each of the weeks before
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

DAY = timedelta(days=1)
WEEK = timedelta(days=7)

PAST_WEEKS = 4
"""Whole weeks, so that the past holds each weekday equally often."""

APART = timedelta(hours=20)
"""Snapshots closer than this show one refresh of the Hub's counters."""

SLACK = 2 * DAY
"""How far a snapshot may lie from the week's end that it stands for."""

LEAST_IN_WEEK = 4
LEAST_IN_PAST = 8
"""With fewer daily snapshots than these the middle of the days says little, and weeks are compared."""


@dataclass(frozen=True, slots=True)
class Granularity:
    """What a score does with the snapshots it has."""

    name: str
    tail: float
    """Degrees of freedom of Student's t. A week's sum is ruled by its largest day, so weeks scatter as Cauchy's."""
    factors: tuple[float, ...]
    """The lasting rises that are tried; one by 1.5 that began in the middle of a week lifts its sum by 1.2."""
    step_days: int
    least_past: int
    """Intervals of the past that an entity must have."""
    least_week: int
    """Intervals of the week that it must have."""
    onset_days: float
    """How long ago a rise must have begun: a single day cannot lift a score."""
    middle_costs: float
    """What a middle scatters, squared, against the mean of all: the middle half of days more, a single week no more."""
    fades: tuple[float, ...]
    """What is left after a day of the bursts that may explain a week instead; of weeks none can be told."""


DAILY = Granularity("daily", 3.0, (1.5, 2.0, 2.8, 4.0, 6.0), 1, 7, 2, 1.5, 1.2, (0.25, 0.5))
WEEKLY = Granularity("weekly", 1.0, (1.2, 1.5, 2.0, 2.8), 7, 1, 1, 0.0, 1.0, ())


@dataclass(frozen=True, slots=True)
class SnapshotRef:
    """A usable snapshot."""

    snapshot_id: int
    observed_at: datetime
    imported: bool = False
    """Whether it is of another's archive, and not this store's own."""


@dataclass(frozen=True, slots=True)
class Panel:
    """The snapshots that a score reads, oldest first, and those that stand for the ends of past weeks, newest first."""

    granularity: Granularity
    snapshots: tuple[SnapshotRef, ...]
    weeks: tuple[SnapshotRef, ...]

    @property
    def spans(self) -> tuple[float, ...]:
        """Days between the ends of the past weeks."""
        pairs = zip(self.weeks, self.weeks[1:], strict=False)
        return tuple((later.observed_at - earlier.observed_at) / DAY for later, earlier in pairs)

    def earlier(self, moment: datetime | None) -> tuple[SnapshotRef | None, float]:
        """Return the newest snapshot that shows an older refresh than one of this moment, and the days between them."""
        older = [taken for taken in self.snapshots if moment is not None and taken.observed_at <= moment - APART]
        return (older[-1], (moment - older[-1].observed_at) / DAY) if older and moment else (None, 0.0)

    @property
    def imported(self) -> int:
        """How many of the snapshots are imported ones."""
        return sum(taken.imported for taken in self.snapshots)


def panel_of(usable: Sequence[SnapshotRef], now: SnapshotRef, before: SnapshotRef) -> Panel | None:
    """Choose what to read for the week from `before` to `now`; None where nothing older than it is known.

    `usable` are the snapshots up to now, in any order. Imported ones are read only where there are no own ones.
    """
    weeks = (before, *_week_ends(usable, before))
    if len(weeks) == 1:
        return None
    days = _daily(_preferred(usable), now, before.observed_at - PAST_WEEKS * WEEK)
    in_week = sum(taken.observed_at > before.observed_at for taken in days)
    if in_week >= LEAST_IN_WEEK and len(days) - in_week >= LEAST_IN_PAST:
        return Panel(DAILY, days, weeks)
    return Panel(WEEKLY, (*reversed(weeks), now), weeks)


def _preferred(usable: Sequence[SnapshotRef]) -> list[SnapshotRef]:
    """The own snapshots, and the imported ones that stand for days without an own one."""
    own = [taken.observed_at for taken in usable if not taken.imported]
    return [
        taken for taken in usable
        if not taken.imported or all(abs(taken.observed_at - moment) >= APART for moment in own)
    ]  # fmt: skip


def _week_ends(usable: Sequence[SnapshotRef], before: SnapshotRef) -> Iterator[SnapshotRef]:
    last = before
    for weeks in range(1, PAST_WEEKS + 1):
        wanted = before.observed_at - weeks * WEEK
        near = [taken for taken in usable if abs(taken.observed_at - wanted) <= SLACK]
        if near:
            chosen = min(near, key=lambda taken: (taken.imported, abs(taken.observed_at - wanted), -taken.snapshot_id))
            if chosen.observed_at < last.observed_at:
                last = chosen
                yield chosen


def _daily(usable: Sequence[SnapshotRef], now: SnapshotRef, since: datetime) -> tuple[SnapshotRef, ...]:
    """One snapshot a day from the newest back to `since`, half a day of grace included; oldest first."""
    kept = [now]
    for taken in sorted(usable, key=lambda taken: (taken.observed_at, taken.snapshot_id), reverse=True):
        if since - DAY / 2 <= taken.observed_at <= kept[-1].observed_at - APART:
            kept.append(taken)
    return tuple(reversed(kept))
