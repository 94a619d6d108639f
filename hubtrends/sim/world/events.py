"""What happened in a simulated world: the ground truth that analysis is measured against."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class What(StrEnum):
    """The kinds of event."""

    CREATED = "created"
    RENAMED = "renamed"
    REMOVED = "removed"
    RECREATED = "recreated"
    """Under the name of one removed on the same day, with a new `_id`."""
    HIDDEN = "hidden"
    """Made private: gone from every list, alive."""
    SHOWN = "shown"
    DISABLED = "disabled"
    """By the Hub: gone from every list, while a look-up still shows it."""
    GATED = "gated"
    UNGATED = "ungated"
    RELICENSED = "relicensed"
    UNLIKED = "unliked"
    BURST = "burst"
    """One day of many times the usual traffic."""
    SURGE = "surge"
    """A level that rises and stays."""
    REFRESH_SKIPPED = "refresh skipped"
    """Hub-wide: download counters stand still."""
    COUNTERS_FROZEN = "counters frozen"
    """All-time counters of datasets and of newer models stand still, while the 30-day figures lose their oldest day."""
    SHOCK = "shock"
    """Hub-wide: one day of more or less traffic everywhere."""
    ROLLBACK = "rollback"
    """Hub-wide: all-time counters fall."""
    ROLLBACK_UNDONE = "rollback undone"


@dataclass(frozen=True, slots=True)
class WorldEvent:
    """One event on one day; a Hub-wide one has neither kind nor `hub_id`."""

    day: date
    what: What
    kind: str | None = None
    """`model`, `dataset` or `space`."""
    hub_id: str | None = None
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Riser:
    """A repository whose level rose for good: what a ranking should find."""

    kind: str
    hub_id: str
    start: date
    """The first day on the new level."""
    factor: float
    """New level over old."""
