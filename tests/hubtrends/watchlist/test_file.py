"""The watch list as a file: what is added, what is kept, and what is refused."""

import os
from pathlib import Path

import pytest

from hubtrends.errors import WatchFileError
from hubtrends.watchlist.file import add, read, remove
from hubtrends.watchlist.parse import WatchEntry, WatchTarget

MODEL = WatchEntry(WatchTarget.MODEL, "org/name")
PAPER = WatchEntry(WatchTarget.PAPER, "2401.01234")
AUTHOR = WatchEntry(WatchTarget.AUTHOR, "org")

BY_HAND = """\
# my list

org/name   # the one to beat
https://arxiv.org/abs/2401.01234v2#S3
model:org/name
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "watch.txt"


class TestReading:
    def test_no_file(self, path: Path) -> None:
        """Without a file the watch list is empty."""
        assert read(path) == ()

    def test_by_hand(self, path: Path) -> None:
        """Names, links and comments may be written by hand; order is kept and repeats count once."""
        path.write_text(BY_HAND)

        assert read(path) == (MODEL, PAPER)

    def test_invalid_settings(self, path: Path) -> None:
        """The error lists every invalid line by number."""
        path.write_text("org/name\nfoo\n# fine\nposts:bar\n")

        with pytest.raises(WatchFileError) as caught:
            read(path)

        assert caught.value.path == path
        assert [problem.split(":")[0] for problem in caught.value.problems] == ["line 2", "line 4"]

    def test_not_text(self, path: Path) -> None:
        """A file that is not text is refused by name."""
        path.write_bytes(b"\xff\xfe\x00")

        with pytest.raises(WatchFileError, match="cannot be read"):
            read(path)

    def test_a_fifo(self, path: Path) -> None:
        """A FIFO without a writer is refused without waiting."""
        os.mkfifo(path)

        with pytest.raises(WatchFileError, match="cannot be read: it is not a regular file"):
            read(path)


class TestWriting:
    def test_add(self, path: Path) -> None:
        """New entries go to the end without repetition; the result has only new ones."""
        assert add(path, [MODEL, PAPER, MODEL]) == (MODEL, PAPER)
        assert add(path, [PAPER, AUTHOR]) == (AUTHOR,)
        assert read(path) == (MODEL, PAPER, AUTHOR)

    def test_new_file_explains_itself(self, path: Path) -> None:
        """A new list starts with a comment that explains the format."""
        add(path, [MODEL])

        assert path.read_text().startswith("# The watch list")
        assert path.read_text().endswith("\nmodel:org/name\n")

    def test_add_keeps_the_rest(self, path: Path) -> None:
        """Text that a person wrote stays unchanged, even without a newline at its end."""
        path.write_text(BY_HAND.rstrip())
        add(path, [AUTHOR])

        assert path.read_text() == f"{BY_HAND}author:org\n"

    def test_remove(self, path: Path) -> None:
        """Every line of an entry is removed, however it is spelled; comment lines stay."""
        path.write_text(BY_HAND)

        assert remove(path, [AUTHOR, MODEL]) == (MODEL,)
        assert path.read_text() == "# my list\n\nhttps://arxiv.org/abs/2401.01234v2#S3\n"

    def test_new_folder(self, tmp_path: Path) -> None:
        """The first entry creates the folder of the list as well."""
        add(tmp_path / "lists" / "mine.txt", [MODEL])

        assert read(tmp_path / "lists" / "mine.txt") == (MODEL,)

    def test_nothing_to_do(self, path: Path) -> None:
        """A change without effect writes nothing, not even an empty file."""
        assert add(path, []) == ()
        assert remove(path, [MODEL]) == ()
        assert not path.exists()

    def test_invalid_lines_are_not_overwritten(self, path: Path) -> None:
        """A list with an invalid line is not changed."""
        path.write_text("foo\n")
        for change in (add, remove):
            with pytest.raises(WatchFileError):
                change(path, [MODEL])

        assert path.read_text() == "foo\n"

    def test_link_and_mode_survive(self, path: Path, tmp_path: Path) -> None:
        """A symbolic link stays one, and the file keeps its mode."""
        target = tmp_path / "real.txt"
        target.write_text("org/name\n")
        target.chmod(0o600)
        path.symlink_to(target)
        add(path, [AUTHOR])

        assert path.is_symlink()
        assert target.stat().st_mode & 0o777 == 0o600
        assert read(target) == (MODEL, AUTHOR)

    def test_failure_leaves_the_old_list(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """On a full disk the old list stays unchanged and no temporary file remains."""
        path.write_text("org/name\n")
        monkeypatch.setattr(os, "fsync", disk_full)

        with pytest.raises(WatchFileError, match="cannot be written: No space left"):
            add(path, [AUTHOR])

        assert path.read_text() == "org/name\n"
        assert list(path.parent.iterdir()) == [path]


def disk_full(descriptor: int) -> None:
    raise OSError(28, "No space left on device")
