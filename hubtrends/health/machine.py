"""What the program stands on: room on the disk, folders that can be written to, a clock that is right, the daemon."""

import tempfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from crawler.http.clock import CLOCK_SLACK
from db.commit.disk_space import DiskRoom
from hubtrends.health.finding import Finding, bad, ok, skipped, warning
from hubtrends.health.status import is_silent, shown_age
from hubtrends.jobs.journal import Heartbeat


def check_room(room: DiskRoom) -> Finding:
    """The next commit has room for its copy."""
    need, free = (f"{amount / 1e9:,.1f} GB" for amount in (room.need, room.free))
    if room.short:
        return bad("room", f"the next commit needs {need} beside the file, {free} are free", "make room on that disk")
    return ok("room", f"the next commit needs {need}, {free} are free")


def check_folder(check: str, folder: Path) -> Finding:
    """Files can be written there, or in the nearest folder that is there."""
    nearest = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    try:
        with tempfile.TemporaryFile(dir=nearest):
            return ok(check, f"{folder} can be written to")
    except OSError as error:
        return bad(
            check, f"{nearest} cannot be written to ({error.strerror})", "give this user the right, or name another"
        )


def check_clock(seen: Iterable[datetime], now: datetime) -> Finding:
    """Nothing was observed or done later than now."""
    newest = max(seen, default=now)
    if newest - now > CLOCK_SLACK:
        what = f"{newest:%Y-%m-%d %H:%M} UTC is stored, and this clock says {now:%Y-%m-%d %H:%M}"
        return bad(
            "clock",
            what,
            "set the clock right; if that time is wrong, take the snapshot out: `hubtrends status` names the command",
        )
    return ok("clock", f"{now:%Y-%m-%d %H:%M} UTC, after all that is stored")


def check_daemon(heartbeat: Heartbeat | None, crawler: int | None, now: datetime) -> Finding:
    """The daemon, if there ever was one, has given a sign of life lately."""
    if heartbeat is None:
        return skipped("daemon", "none has run on this database")
    age = shown_age(now - heartbeat.beat_at)
    if is_silent(heartbeat, crawler, now):
        return warning("daemon", f"PID {heartbeat.pid} has been silent for {age}", "start `hubtrends daemon` again")
    return ok("daemon", f"PID {heartbeat.pid} gave a sign of life {age} ago")
