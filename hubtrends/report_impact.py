"""Computes the effect of pruning on earlier reports, from the journal and the stored snapshots.

Pruning keeps both ends of a report's week forever, so the report can be made again with the same gains. It deletes days
between them, so the scores of that report are then computed from weekly snapshots.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from analysis.score.panel import DAILY, READ_BACK, Panel, SnapshotRef, panel_of
from crawler.kinds import OWN_ORIGIN
from db.deletion.retention import SnapshotInfo
from hubtrends.jobs.journal import Report


@dataclass(frozen=True, slots=True)
class CoarserReports:
    """Counts earlier reports whose scores would use fewer snapshots after pruning."""

    weekly: int
    """Reports with weekly instead of daily snapshots for at least one kind."""
    fewer: int
    """Reports with fewer daily snapshots."""

    def __str__(self) -> str:
        if not self.weekly:
            return f"{_reports(self.fewer)}, if made again, would be scored from fewer daily snapshots"
        weekly = f"{_reports(self.weekly)}, if made again, would be scored from weekly snapshots instead of daily ones"
        return weekly + (f", and {self.fewer} from fewer daily ones" if self.fewer else "")


def _reports(count: int) -> str:
    return {0: "no earlier report", 1: "one earlier report"}.get(count, f"{count} earlier reports")


def count_forgotten(published: Collection[str], known: Iterable[Report]) -> int:
    """Count the published reports that the journal lacks; `published` are the runs named by the database."""
    return len(set(published) - {report.run_id for report in known})


def snapshots_of_reports(known: Iterable[Report]) -> set[int]:
    """Return the snapshots at both ends of the week of every report."""
    return {snapshot for report in known for snapshot in report.used}


def count_coarser_reports(
    known: Iterable[Report], stored: Sequence[SnapshotInfo], dropped: Collection[SnapshotInfo]
) -> CoarserReports:
    """Count the reports that dropping the snapshots makes coarser; several runs of one report count once."""
    newest = {report.stem: report for report in known}
    gone = {snapshot.snapshot_id for snapshot in dropped}
    left = [snapshot for snapshot in stored if snapshot.snapshot_id not in gone]
    changes = [_change(report, stored, left) for report in newest.values()]
    return CoarserReports(changes.count("weekly"), changes.count("fewer"))


def _change(report: Report, stored: Sequence[SnapshotInfo], left: Sequence[SnapshotInfo]) -> str | None:
    pairs = [*zip(_panels(report, stored), _panels(report, left), strict=True)]
    if any(_is_daily(before) and not _is_daily(after) for before, after in pairs):
        return "weekly"
    return "fewer" if any(_is_daily(before) and before != after for before, after in pairs) else None


def _panels(report: Report, stored: Sequence[SnapshotInfo]) -> Iterator[Panel | None]:
    """Yield the panels of snapshots that the report's scores use: per kind for downloads and for other counters."""
    for kind in sorted({snapshot.kind for snapshot in stored}):
        ends = [snapshot for snapshot in stored if snapshot.kind == kind and snapshot.snapshot_id in report.used]
        if len(ends) == 2:
            before, now = sorted(ends, key=lambda end: (end.observed_at, end.snapshot_id))
            since = now.observed_at - READ_BACK
            usable = [s for s in stored if s.kind == kind and s.complete and since < s.observed_at <= now.observed_at]
            fresh = [snapshot for snapshot in usable if not snapshot.stale]
            yield from (panel_of([*map(_ref, some)], _ref(now), _ref(before)) for some in (fresh, usable))


def _is_daily(panel: Panel | None) -> bool:
    return panel is not None and panel.granularity is DAILY


def _ref(snapshot: SnapshotInfo) -> SnapshotRef:
    return SnapshotRef(snapshot.snapshot_id, snapshot.observed_at, snapshot.origin != OWN_ORIGIN)
