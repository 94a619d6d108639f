"""Chooses the snapshots that a score reads, by their times only.

daily     one snapshot a day over the week and the four weeks before it
weekly    if days are missing: the newer snapshot, the earlier one, and one for each of the previous weeks
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

DAY = timedelta(days=1)
WEEK = timedelta(days=7)

READ_BACK = timedelta(days=50)
"""Age limit of snapshots: the week, the four weeks before it, and the slack of each."""

PAST_WEEKS = 4
"""Number of past weeks. They are whole, so that the past has each weekday equally often."""

APART = timedelta(hours=20)
"""Minimum interval of two snapshots. Closer ones show the same counters, which the Hub updates once a day."""

SLACK = 2 * DAY
"""Maximum distance of a snapshot from the week's end that it stands for."""

MIN_IN_WEEK = 4
MIN_IN_PAST = 8
"""With fewer daily snapshots than these, weeks are compared instead of days."""


@dataclass(frozen=True, slots=True)
class Granularity:
    """The parameters of the score that differ between daily and weekly snapshots."""

    name: str
    degrees: float
    """Degrees of freedom of Student's t. It is 1 (Cauchy) for weeks, because the largest day dominates their sum."""
    lifts: tuple[float, ...]
    """The factors of a lasting shift that are tried. A factor of 1.5 from mid-week on lifts the week's sum by 1.2."""
    step_days: int
    min_past: int
    """Minimum number of past intervals of an entity."""
    min_week: int
    """Minimum number of intervals of an entity in the week."""
    onset_days: float
    """Minimum age of a shift in days, so that a single day cannot raise a score."""
    mean_variance: float
    """Variance of the interquartile mean relative to the plain mean."""
    fades: tuple[float, ...]
    """Daily decay factors of the burst alternatives; empty for weekly snapshots."""


DAILY = Granularity("daily", 3.0, (1.5, 2.0, 2.8, 4.0, 6.0), 1, 7, 2, 1.5, 1.2, (0.25, 0.5))
WEEKLY = Granularity("weekly", 1.0, (1.2, 1.5, 2.0, 2.8), 7, 1, 1, 0.0, 1.0, ())


@dataclass(frozen=True, slots=True)
class SnapshotRef:
    """A usable snapshot."""

    snapshot_id: int
    observed_at: datetime
    imported: bool = False
    """Whether it comes from another archive."""


@dataclass(frozen=True, slots=True)
class Panel:
    """The snapshots that a score reads, and the ends of past weeks."""

    granularity: Granularity
    snapshots: tuple[SnapshotRef, ...]
    """The snapshots that the score reads, oldest first."""
    weeks: tuple[SnapshotRef, ...]
    """The ends of past weeks, newest first."""

    @property
    def spans(self) -> tuple[float, ...]:
        """Days between the ends of the past weeks."""
        pairs = zip(self.weeks, self.weeks[1:], strict=False)
        return tuple((later.observed_at - earlier.observed_at) / DAY for later, earlier in pairs)

    def earlier(self, moment: datetime | None) -> tuple[SnapshotRef | None, float]:
        """Return the newest snapshot with earlier counters, and its distance to `moment` in days."""
        older = [one for one in self.snapshots if moment is not None and one.observed_at <= moment - APART]
        return (older[-1], (moment - older[-1].observed_at) / DAY) if older and moment else (None, 0.0)

    @property
    def parts(self) -> tuple[tuple[SnapshotRef, ...], ...]:
        """The snapshots and week ends that a score reads in addition to the compared pair."""
        return self.snapshots, self.weeks

    @property
    def imported(self) -> int:
        """How many of the snapshots are imported."""
        return sum(one.imported for one in self.snapshots)


def panel_of(usable: Sequence[SnapshotRef], now: SnapshotRef, before: SnapshotRef) -> Panel | None:
    """Choose the snapshots for the week from `before` to `now`; None without older ones.

    `usable` are the snapshots up to now, in any order. Imported ones are read only where own ones are missing.
    """
    weeks = (before, *_week_ends(usable, before))
    if len(weeks) == 1:
        return None
    days = _daily(_preferred(usable), now, before.observed_at - PAST_WEEKS * WEEK)
    in_week = sum(one.observed_at > before.observed_at for one in days)
    if in_week >= MIN_IN_WEEK and len(days) - in_week >= MIN_IN_PAST:
        return Panel(DAILY, days, weeks)
    return Panel(WEEKLY, (*reversed(weeks), now), weeks)


def _preferred(usable: Sequence[SnapshotRef]) -> list[SnapshotRef]:
    """Return the own snapshots, and imported ones for days without an own one."""
    own = [one.observed_at for one in usable if not one.imported]
    return [
        one for one in usable
        if not one.imported or all(abs(one.observed_at - moment) >= APART for moment in own)
    ]  # fmt: skip


def _week_ends(usable: Sequence[SnapshotRef], before: SnapshotRef) -> Iterator[SnapshotRef]:
    last = before
    for weeks in range(1, PAST_WEEKS + 1):
        wanted = before.observed_at - weeks * WEEK
        near = [one for one in usable if abs(one.observed_at - wanted) <= SLACK]
        if near:
            chosen = min(near, key=lambda one: (one.imported, abs(one.observed_at - wanted), -one.snapshot_id))
            if chosen.observed_at < last.observed_at:
                last = chosen
                yield chosen


def _daily(usable: Sequence[SnapshotRef], now: SnapshotRef, since: datetime) -> tuple[SnapshotRef, ...]:
    """Return one snapshot per day back to `since`, oldest first."""
    kept = [now]
    for one in sorted(usable, key=lambda one: (one.observed_at, one.snapshot_id), reverse=True):
        if since - DAY / 2 <= one.observed_at <= kept[-1].observed_at - APART:
            kept.append(one)
    return tuple(reversed(kept))
