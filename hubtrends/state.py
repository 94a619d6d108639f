"""What stands where: snapshots, unfinished walks, runs, the daemon and the disk, as status shows them.

Read without a crawl's lock, so that status answers at any moment; the journal says what runs, the spool how far a walk
has come, the database what is stored.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from crawler.kinds import Kind
from crawler.spool import Spool
from db.errors import DatabaseBusy, DatabaseMissing
from db.files import Files
from db.read import SnapshotState, drift, newest_snapshots
from db.readonly import open_readonly
from db.room import DiskRoom, disk_room
from db.schema import check_version
from hubtrends.journal import Heartbeat, Journal, Run
from hubtrends.schedule import jobs, next_fire
from hubtrends.settings import Settings

OLD_AFTER = timedelta(hours=36)
"""A daily snapshot that is older than this was missed once."""

SILENT_AFTER = timedelta(minutes=10)
"""The daemon gives a sign of life each minute, but not in the middle of a job."""


@dataclass(frozen=True, slots=True)
class OpenWalk:
    """A walk that is under way or was cut off."""

    kind: Kind
    scope: str
    started_at: datetime
    pages: int
    records: int


@dataclass(frozen=True, slots=True)
class State:
    """Everything that status shows."""

    database: Path
    size: int | None
    """Bytes; None where there is no file."""
    snapshots: tuple[SnapshotState, ...]
    """The newest of each kind."""
    drift: tuple[str, ...]
    walks: tuple[OpenWalk, ...]
    runs: tuple[Run, ...]
    heartbeat: Heartbeat | None
    due: tuple[tuple[str, datetime | None], ...]
    """Scheduled jobs and their next fire times."""
    room: DiskRoom | None

    def warnings(self, now: datetime) -> list[str]:
        """What the keeper should look at."""
        found = [f"no snapshot of {kind.plural} yet" for kind in Kind if kind not in {s.kind for s in self.snapshots}]
        for snapshot in self.snapshots:
            if now - snapshot.observed_at > OLD_AFTER:
                found.append(f"the newest snapshot of {snapshot.kind.plural} is {_age(now - snapshot.observed_at)} old")
            if not snapshot.complete:
                found.append(f"the newest snapshot of {snapshot.kind.plural} is incomplete: {snapshot.reason}")
            if snapshot.stale:
                found.append(f"the newest snapshot of {snapshot.kind.plural} is stale: counters were not refreshed")
        if self.room is not None and self.room.short:
            need, free = self.room.need / 1e9, self.room.free / 1e9
            found.append(
                f"the disk is short: the next commit needs {need:.1f} GB beside the file, {free:.1f} GB are free"
            )
        if self.heartbeat is not None and now - self.heartbeat.beat_at > SILENT_AFTER:
            found.append(
                f"the daemon (PID {self.heartbeat.pid}) has been silent for {_age(now - self.heartbeat.beat_at)}"
            )
        return [*found, *self.drift]


def state(settings: Settings, now: datetime) -> State:
    """Look at the database, its journal and its spool."""
    path, journal = settings.database, Journal(settings.database)
    snapshots, changes, size, room = _stored(path)
    return State(
        path, size, snapshots, changes, _open_walks(Files.of(path).beside(".spool")), tuple(journal.runs(last=8)),
        journal.heartbeat(), tuple((job.name, next_fire(job.cron, now)) for job in jobs(settings.schedule)), room,
    )  # fmt: skip


def _stored(path: Path) -> tuple[tuple[SnapshotState, ...], tuple[str, ...], int | None, DiskRoom | None]:
    try:
        with open_readonly(path) as con:
            if check_version(con) == 0:
                return (), (), path.stat().st_size, disk_room(path)
            return tuple(newest_snapshots(con)), tuple(drift(con)), path.stat().st_size, disk_room(path)
    except DatabaseMissing:
        return (), (), None, None
    except DatabaseBusy as busy:
        return (), (f"{busy.reason}, so its snapshots cannot be shown now",), path.stat().st_size, disk_room(path)


def _open_walks(spool: Path) -> tuple[OpenWalk, ...]:
    found = [Spool.seen(folder) for folder in sorted(spool.glob("*")) if folder.is_dir()]
    return tuple(
        OpenWalk(s.header.kind, s.header.scope, s.header.started_at, len(s.pages), sum(p.records for p in s.pages))
        for s in found
        if s is not None
    )


def _age(span: timedelta) -> str:
    hours = span.total_seconds() / 3600
    return f"{hours:.0f} h" if hours < 72 else f"{hours / 24:.0f} days"
