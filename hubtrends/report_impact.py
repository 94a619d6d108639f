"""What pruning would do to reports that are made again, and whether it is known what they rest on.

The ends of a report's weeks are kept for ever, so that its gains come out the same. The days between are not: once they
are gone, its scores are made from the weekly snapshots that stay. Everything here is a decision on what the journal and
the file say.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from analysis.provenance import OWN
from analysis.score.panel import DAILY, Panel, SnapshotRef, panel_of
from db.deletion.retention import SnapshotInfo
from hubtrends.jobs.journal import Report

READ_BACK = timedelta(days=50)
"""How far a score looks back, as in analysis/sql/usable.sql."""


@dataclass(frozen=True, slots=True)
class Coarsened:
    """Earlier reports whose scores would rest on less, if they were made again after pruning."""

    weekly: int
    """From weekly snapshots in place of daily ones, for some kind."""
    fewer: int
    """Still from daily snapshots, but fewer of them."""

    def told(self) -> str:
        """The same as one line for a person."""
        if not self.weekly:
            return f"{_reports(self.fewer)}, if made again, would be scored from fewer daily snapshots"
        weekly = f"{_reports(self.weekly)}, if made again, would be scored from weekly snapshots instead of daily ones"
        return weekly + (f", and {self.fewer} from fewer daily ones" if self.fewer else "")


def forgotten(made: Collection[str], known: Iterable[Report]) -> int:
    """How many reports were made that the journal no longer knows of; `made` are the runs that the database tells."""
    return len(set(made) - {report.run_id for report in known})


def kept_for_reports(known: Iterable[Report]) -> set[int]:
    """The snapshots at the ends of all reports' weeks."""
    return {snapshot for report in known for snapshot in report.used}


def coarsened(known: Iterable[Report], held: Sequence[SnapshotInfo], dropped: Collection[SnapshotInfo]) -> Coarsened:
    """Count the reports that dropping those snapshots would make coarser; one that was made twice counts once."""
    newest = {report.stem: report for report in known}
    gone = {snapshot.snapshot_id for snapshot in dropped}
    changes = [_change(report, held, gone) for report in newest.values()]
    return Coarsened(changes.count("weekly"), changes.count("fewer"))


def _change(report: Report, held: Sequence[SnapshotInfo], gone: Collection[int]) -> str | None:
    left = [snapshot for snapshot in held if snapshot.snapshot_id not in gone]
    pairs = [*zip(_panels(report, held), _panels(report, left), strict=True)]
    if any(_is_daily(before) and not _is_daily(after) for before, after in pairs):
        return "weekly"
    return "fewer" if any(_is_daily(before) and before != after for before, after in pairs) else None


def _panels(report: Report, held: Sequence[SnapshotInfo]) -> Iterator[Panel | None]:
    """What each score of the report reads: of every kind with a week, for downloads and for the other counters."""
    for kind in sorted({snapshot.kind for snapshot in held}):
        ends = [snapshot for snapshot in held if snapshot.kind == kind and snapshot.snapshot_id in report.used]
        if len(ends) == 2:
            before, now = sorted(ends, key=lambda end: (end.observed_at, end.snapshot_id))
            since = now.observed_at - READ_BACK
            usable = [s for s in held if s.kind == kind and s.complete and since < s.observed_at <= now.observed_at]
            fresh = [snapshot for snapshot in usable if not snapshot.stale]
            yield from (panel_of([*map(_taken, some)], _taken(now), _taken(before)) for some in (fresh, usable))


def _is_daily(panel: Panel | None) -> bool:
    return panel is not None and panel.granularity is DAILY


def _taken(snapshot: SnapshotInfo) -> SnapshotRef:
    return SnapshotRef(snapshot.snapshot_id, snapshot.observed_at, snapshot.origin != OWN)


def _reports(count: int) -> str:
    return {0: "no earlier report", 1: "one earlier report"}.get(count, f"{count} earlier reports")
