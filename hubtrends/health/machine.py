"""Checks disk space, folders, the clock and the daemon."""

import tempfile
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from crawler.http.clock import CLOCK_SLACK
from db.commit.disk_space import DiskRoom
from hubtrends.health.finding import Finding, bad, ok, skipped, warning
from hubtrends.jobs.journal import Heartbeat
from hubtrends.sizes import format_size

SILENT_AFTER = timedelta(minutes=10)
"""Age of the heartbeat from which the daemon gets a warning. It sends one each minute, but none during a job."""


def check_disk_space(room: DiskRoom) -> Finding:
    """Check that the next commit has space for its copy."""
    what = f"the next commit needs {format_size(room.need)} next to the file, {format_size(room.free)} are free"
    return bad("disk", what, "make space on that disk") if room.short else ok("disk", what)


def check_folder(check: str, folder: Path) -> Finding:
    """Check that files can be written to the folder, or to its nearest existing parent."""
    nearest = next(parent for parent in (folder, *folder.absolute().parents) if parent.exists())
    try:
        with tempfile.TemporaryFile(dir=nearest):
            return ok(check, f"{folder} is writable")
    except OSError as error:
        what = f"{nearest} is not writable ({error.strerror})"
        return bad(check, what, "give this user the permission, or configure another folder")


def check_clock(seen: Iterable[datetime], now: datetime) -> Finding:
    """Check that no stored time lies after now."""
    newest = max(seen, default=now)
    if newest - now > CLOCK_SLACK:
        what = f"{newest:%Y-%m-%d %H:%M} UTC is stored, and this clock says {now:%Y-%m-%d %H:%M}"
        remedy = "set the clock; if the stored time is wrong, `hubtrends status` names the command to drop the snapshot"
        return bad("clock", what, remedy)
    return ok("clock", f"{now:%Y-%m-%d %H:%M} UTC is later than all stored times")


def check_daemon(heartbeat: Heartbeat | None, crawler: int | None, now: datetime) -> Finding:
    """Check the age of the daemon's heartbeat; `crawler` is the process that crawls now.

    A daemon that crawls sends no heartbeat until the crawl ends.
    """
    if heartbeat is None:
        return skipped("daemon", "none has run on this database")
    age = now - heartbeat.beat_at
    if age > SILENT_AFTER and heartbeat.pid != crawler:
        what = f"the daemon (PID {heartbeat.pid}) has been silent for {format_age(age)}"
        return warning("daemon", what, "restart `hubtrends daemon`")
    return ok("daemon", f"the last heartbeat of PID {heartbeat.pid} was {format_age(age)} ago")


def format_age(age: timedelta) -> str:
    """Return an age in hours, from three days on in days."""
    hours = age.total_seconds() / 3600
    return f"{hours:.0f} h" if hours < 72 else f"{hours / 24:.0f} days"
