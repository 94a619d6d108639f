"""The records of facets, weekly gains, topics and emerging tags.

The columns that the records take from the macros are explained in the data dictionary.
"""

from dataclasses import dataclass
from datetime import datetime

from crawler.kinds import Kind


@dataclass(frozen=True, slots=True)
class FacetShare:
    """A row of the macro `facets`."""

    value: str | None
    """The value of the attribute; None for the entities without one."""
    entities: int
    share: float
    """Part of all entities of the kind, as a fraction."""
    likes_gain: int | None
    downloads_gain: int | None
    gain_share: float | None
    """Part of the week's gain of `gain_metric`, as a fraction."""
    change_points: float | None
    """Change of `share` in percentage points."""
    largest_contributor: str | None
    """The entity with the largest gain."""
    largest_share: float | None
    """That entity's part of the gain of the value, as a fraction."""
    upvotes_gain: int | None
    gain_metric: str | None
    gain_change_points: float | None
    """Change of `gain_share` since the week before, in percentage points."""
    compared: int
    """Entities with a known gain."""
    entities_before: int


@dataclass(frozen=True, slots=True)
class Facet:
    """A kind divided by one facet."""

    kind: Kind
    by: str
    rows: tuple[FacetShare, ...]
    """The most frequent values first."""
    values: int
    """All values, also those that `rows` leaves out."""
    without_value: int
    """Entities without a value."""
    overlapping: bool
    """Whether an entity may have several values."""


@dataclass(frozen=True, slots=True)
class WeekGains:
    """A row of the macro `weeks`."""

    kind: Kind
    week_end: datetime
    entities: int
    compared: int
    """Entities in both snapshots."""
    likes_gain: int | None
    downloads_gain: int | None
    upvotes_gain: int | None
    basis: str
    span_days: float | None


@dataclass(frozen=True, slots=True)
class TopicHeat:
    """A row of the macro `topics`."""

    topic: str
    entities: int
    likes_gain: int | None
    downloads_gain: int | None
    gain_share: float | None
    """Part of all likes and upvotes gained, as a fraction; of all downloads where no likes are known."""
    change_points: float | None
    """Change of `gain_share` since the week before, in percentage points."""
    heat: float | None
    """`gain_share` in percent plus `change_points`."""
    leading_entries: tuple[str, ...]
    upvotes_gain: int | None
    downloads_share: float | None
    downloads_change_points: float | None
    rising: bool
    """Whether it rises beyond chance."""
    evidence: tuple[str, ...]
    """The counts that rose: new entities, downloads, likes or upvotes."""
    owners: int | None
    """Owners compared for the count that rose most clearly; None if too few can be compared."""
    owners_up: int | None
    lift: float | None
    """Odds that an owner rose, divided by the expected odds."""
    p_value: float | None
    tested: int | None
    """Number of tests."""


@dataclass(frozen=True, slots=True)
class EmergingTag:
    """A row of the macro `emerging_tags`."""

    tag: str
    same_as: tuple[str, ...]
    """Other tags that belong to exactly the same entities."""
    evidence: tuple[str, ...]
    """The counts that rose: new entities, downloads, likes or upvotes."""
    owners: int
    owners_up: int
    lift: float
    p_value: float
    tested: int
    new_entities: int
    """Entities with the tag that were created in the week."""
    new_before: int
    """Entities with the tag that were created in the three weeks before."""
    leading_entries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EmergingTags:
    """The emerging tags of a kind, and the number of tests."""

    kind: Kind
    rows: tuple[EmergingTag, ...]
    found: int
    """Number of all tags that rose, including those that `rows` leaves out."""
    tested: int
    """Number of tests, one per tag and count; the false discovery rate of 5 % covers all of them."""
