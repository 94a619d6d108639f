"""A snapshot as it was stored, and how it is told."""

from dataclasses import dataclass
from datetime import datetime

from crawler.kinds import Kind, Scope


@dataclass(frozen=True, slots=True)
class StoredSnapshot:
    """A snapshot as it was stored."""

    snapshot_id: int
    kind: Kind
    scope: Scope
    observed_at: datetime
    complete: bool
    reason: str | None
    stale: bool | None
    requests: int
    records: int
    rejected: int
    private: int | None = None
    """Private repositories that came and were dropped; None where none can come."""
    removed: int = 0
    """Entities that a direct look-up has confirmed to be gone."""
    doubtful: bool = False
    """Whether the datasets of the run are stale, so that some of these counters may be old."""
    withheld: str | None = None
    """Why nothing was marked as missing although the walk missed entities; None when nothing was held back."""

    def told(self) -> str:
        """The snapshot in one line, for a person."""
        stale = ", stale: the Hub has not refreshed its counters" if self.stale else ""
        stale += ", doubtful: the Hub has not refreshed those of datasets" if self.doubtful else ""
        end = "" if self.complete else f", incomplete: {self.reason}"
        end += f", {self.removed:,} removed" if self.removed else ""
        end += f", {self.private:,} private, not stored" if self.private else ""
        end += f"; {self.withheld}" if self.withheld else ""
        rows = f"{self.records:,} {self.kind.plural}, {self.rejected:,} rejected, {self.requests:,} requests"
        return f"{rows}, {self.scope}, observed {self.observed_at:%Y-%m-%d %H:%M} UTC{stale}{end}"
