"""Checks of disk space, folders, the clock and the daemon."""

from datetime import timedelta
from pathlib import Path

from db.commit.disk_space import DiskRoom
from hubtrends.health.finding import Verdict
from hubtrends.health.machine import check_clock, check_daemon, check_disk_space, check_folder
from hubtrends.jobs.journal import Heartbeat
from tests.fakes.walks import day

NOW = day(1)


def test_too_little_disk_space() -> None:
    """The finding names the space that is needed and the space that is free."""
    found = check_disk_space(DiskRoom(need=3_000_000_000, free=900_000_000))

    assert Verdict.BAD is found.verdict
    assert found.what == "the next commit needs 3.0 GB next to the file, 900 MB are free"
    assert found.remedy == "make space on that disk"


def test_folder_that_is_not_writable(tmp_path: Path) -> None:
    """A file has the name of the folder."""
    (tmp_path / "data").write_text("a file")
    found = check_folder("folder", tmp_path / "data")

    assert Verdict.BAD is found.verdict
    assert str(tmp_path / "data") in found.what
    assert found.remedy is not None


def test_clock_behind_a_stored_time() -> None:
    """No stored time may lie after now; a few minutes between two machines are accepted."""
    found = check_clock([day(0), NOW + timedelta(hours=2)], NOW)

    assert Verdict.BAD is found.verdict
    assert found.what == "2026-09-08 12:00 UTC is stored, and this clock says 2026-09-08 10:00"
    assert "set the clock" in (found.remedy or "")
    assert Verdict.OK is check_clock([NOW + timedelta(minutes=4)], NOW).verdict


def test_silent_daemon() -> None:
    """A daemon without a heartbeat for ten minutes is reported, unless it crawls."""
    heartbeat = Heartbeat(NOW - timedelta(hours=5), 4711, None)
    found = check_daemon(heartbeat, None, NOW)

    assert (found.verdict, found.what) == (Verdict.WARNING, "the daemon (PID 4711) has been silent for 5 h")
    assert found.remedy == "restart `hubtrends daemon`"
    assert Verdict.OK is check_daemon(heartbeat, 4711, NOW).verdict
    assert Verdict.OK is check_daemon(Heartbeat(NOW - timedelta(minutes=9), 4711, None), None, NOW).verdict
