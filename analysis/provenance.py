"""What the numbers of a week rest on, as records: the snapshots used, what did not fit, what is missing.

`analysis.quality` makes them; they are the last branch of the tree in `analysis.records`.
"""

from dataclasses import dataclass
from datetime import datetime

from crawler.kinds import Kind

OWN = "crawl"
"""The origin of a snapshot that this store took itself; others are called as the archive they were imported from."""


@dataclass(frozen=True, slots=True)
class SnapshotUse:
    """A snapshot that the report rests on."""

    snapshot_id: int
    kind: Kind
    scope: str
    observed_at: datetime
    complete: bool
    stale: bool | None
    records: int
    rejected: int
    duplicates: int
    requests: int
    origin: str = OWN
    doubtful: bool = False
    private: int | None = None
    """Private repositories that were shown to the token's owner and dropped; None where none can be."""


@dataclass(frozen=True, slots=True)
class RejectCount:
    """How often one entity was wrong with the Hub's items in the snapshots used."""

    kind: Kind
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Quality:
    """What the numbers rest on."""

    used: tuple[SnapshotUse, ...]
    rejects: tuple[RejectCount, ...]
    missing: tuple[str, ...]
    """One sentence for each entity that a reader would expect and does not get."""
    drift: tuple[str, ...]
    """Fields of the Hub's own that are new, vanished or changed."""
    history: tuple[str, ...] = ()
    """One sentence for each ranked metric: the snapshots that its scores were read from."""
    imported: tuple[str, ...] = ()
    """One sentence for each ranked metric whose scores rest on imported snapshots too."""
