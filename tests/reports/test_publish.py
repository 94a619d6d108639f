"""Publishing: a reader finds the old report or the new one, never a part."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from reports.publish import publish

OLD = {".html": b"old page", ".md": b"old text"}
NEW = {".html": b"new page", ".md": b"new text"}


def files_in(folder: Path) -> dict[str, bytes]:
    """Return all files of a folder, hidden ones included."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


class FailsAfter:
    """Fakes a system call that fails with a full disk after some calls."""

    def __init__(self, real: Callable[[int], None], times: int) -> None:
        self.real, self.times = real, times

    def __call__(self, descriptor: int) -> None:
        self.times -= 1
        if self.times < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        self.real(descriptor)


def test_makes_the_folder(tmp_path: Path) -> None:
    """Creates the folder and its parents, and returns the paths in the order of the files."""
    folder = tmp_path / "a" / "b"

    assert publish(folder, "week", NEW) == [folder / "week.html", folder / "week.md"]
    assert files_in(folder) == {"week.html": b"new page", "week.md": b"new text"}


def test_replaces(tmp_path: Path) -> None:
    """A report that is made again replaces the old one and leaves no other file."""
    publish(tmp_path, "week", OLD)
    publish(tmp_path, "week", NEW)

    assert files_in(tmp_path) == {"week.html": b"new page", "week.md": b"new text"}


@pytest.mark.parametrize("written", [0, 1], ids=["at the first file", "at the second file"])
def test_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: int) -> None:
    """If a file cannot be written, the old report stays whole and nothing of the new one remains."""
    publish(tmp_path, "week", OLD)
    monkeypatch.setattr(os, "fsync", FailsAfter(os.fsync, written))

    with pytest.raises(OSError, match="No space left"):
        publish(tmp_path, "week", NEW)

    assert files_in(tmp_path) == {"week.html": b"old page", "week.md": b"old text"}


def test_leftover_of_a_crash(tmp_path: Path) -> None:
    """An unfinished file of a crash is overwritten."""
    publish(tmp_path, "week", OLD)
    (tmp_path / ".week.html.new").write_bytes(b"half a pa")

    publish(tmp_path, "week", NEW)

    assert files_in(tmp_path) == {"week.html": b"new page", "week.md": b"new text"}


def test_everything_is_on_the_disk_before_a_rename(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All files are flushed before the first rename, and the folder after the last."""
    steps: list[str] = []
    rename, flush = Path.replace, os.fsync

    def renamed(path: Path, target: Path) -> Path:
        steps.append("rename")
        return rename(path, target)

    def flushed(descriptor: int) -> None:
        steps.append("flush")
        flush(descriptor)

    monkeypatch.setattr(Path, "replace", renamed)
    monkeypatch.setattr(os, "fsync", flushed)

    publish(tmp_path, "week", NEW)

    assert steps == ["flush", "flush", "rename", "rename", "flush"]
