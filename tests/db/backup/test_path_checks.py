"""Unsuitable paths of backups and restores are refused in one line, without waiting."""

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from db.backup.errors import (
    BackupExistsError,
    ChecksumMismatchError,
    ChecksumUnreadableError,
    LeftoverLogError,
    NameNotTextError,
    NotReplaceableError,
    OwnFileError,
)
from db.backup.sums import read_sum, sum_file
from db.commit import working_copy
from db.errors import CopyFailedError, DatabaseNotAFileError, DiskFullError
from tests.db.backup.test_backup import back_up, names, notes, path, restore
from tests.db.commit.test_commit_trouble import small_disk_works
from tests.fakes.actors import ROOT

__all__ = ["path"]

OWN = ["", ".wal", ".lock", ".next", ".commit", ".aside.wal", ".rescued", ".journal", ".journal-wal", ".spool", ".tmp"]


@pytest.mark.parametrize("suffix", OWN)
def test_what_the_database_needs_is_never_written_over(path: Path, suffix: str) -> None:
    """A file that the database needs is never a target, even with --force."""
    own, link = path.with_name(path.name + suffix), path.with_name("link")
    link.symlink_to(own)
    if suffix not in ("", ".lock"):
        own.write_text("kept")
    before = own.read_bytes()

    for target in (own, link):
        with pytest.raises(OwnFileError, match="name another file"):
            back_up(path, target, force=True)
    assert before == own.read_bytes()


def test_a_second_name_of_the_database_is_the_database(path: Path) -> None:
    """A link to the database is refused as a target and as a source."""
    os.link(path, path.with_name("second"))

    with pytest.raises(OwnFileError):
        back_up(path, path.with_name("second"), force=True)
    with pytest.raises(OwnFileError):
        restore(path, path)


def foreign(path: Path) -> None:
    with duckdb.connect(str(path)) as con:
        con.execute("CREATE TABLE t (i INTEGER)")


FOREIGN: dict[str, Callable[[Path], object]] = {
    "a configuration": lambda file: file.write_text("crawl: {top: 100}\n"),
    "a report": lambda file: file.write_text("<html></html>"),
    "an empty file": lambda file: file.write_bytes(b""),
    "a database of somebody else": foreign,
    "half a file with the mark of DuckDB": lambda file: file.write_bytes(b"\0" * 8 + b"DUCK" + b"\0" * 5000),
}


@pytest.mark.parametrize("make", FOREIGN.values(), ids=FOREIGN.keys())
def test_force_replaces_nothing_but_backups(path: Path, make: Callable[[Path], object]) -> None:
    """--force does not replace other files."""
    target = path.with_name("target")
    make(target)
    before = target.read_bytes()

    with pytest.raises(NotReplaceableError, match="neither a database nor a backup of hubtrends"):
        back_up(path, target, force=True)
    assert before == target.read_bytes()


def test_a_damaged_backup_is_replaced(path: Path) -> None:
    """A damaged DuckDB file with a checksum file is replaced, also through a link."""
    target, link = path.with_name("copy.duckdb"), path.with_name("latest")
    back_up(path, target)
    target.write_bytes(target.read_bytes()[:20000])
    link.symlink_to(target)
    with pytest.raises(BackupExistsError):
        back_up(path, link)

    back_up(path, link, force=True)

    assert link.is_symlink()
    assert notes(target) == ["first"]


def test_a_log_beside_the_target_is_in_the_way(path: Path) -> None:
    """A log next to the target is refused; DuckDB would apply it."""
    path.with_name("copy.duckdb.wal").write_bytes(b"x")

    with pytest.raises(LeftoverLogError, match="move it away"):
        back_up(path, path.with_name("copy.duckdb"))


@pytest.mark.parametrize("job", ["backup", "restore", "database"])
@pytest.mark.parametrize("kind", ["a folder", "a pipe", "a device"])
def test_what_is_no_file_is_not_opened(path: Path, job: str, kind: str) -> None:
    """Pipes, devices and folders are refused by type without being opened."""
    special = path.with_name("special")
    if kind == "a folder":
        special.mkdir()
    elif kind == "a pipe":
        os.mkfifo(special)
    else:
        special = Path(os.devnull)
    jobs: dict[str, Callable[[], object]] = {
        "backup": lambda: back_up(path, special, force=True),
        "restore": lambda: restore(path, special),
        "database": lambda: restore(special, path),
    }

    with pytest.raises(DatabaseNotAFileError, match=f"is {kind}, not a file: name a file"):
        jobs[job]()
    assert notes(path) == ["first"]


def test_the_present_folder_is_a_folder(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The path `.` is refused as a folder."""
    monkeypatch.chdir(path.parent)

    with pytest.raises(DatabaseNotAFileError, match=r"^\. is a folder"):
        restore(path, Path())
    with pytest.raises(DatabaseNotAFileError, match=r"^\. is a folder"):
        back_up(path, Path(), force=True)


BAD_SUMS = {
    "no UTF-8": (b"\xff\xfe\x00", "holds no SHA-256"),
    "empty": (b"", "holds no SHA-256"),
    "half a sum": (b"ab12  copy.duckdb\n", "holds no SHA-256"),
    "another file's sum": (b"0" * 64 + b"  copy.duckdb\n", "does not fit the sum"),
}


@pytest.mark.parametrize(("body", "reason"), BAD_SUMS.values(), ids=BAD_SUMS.keys())
def test_a_sum_that_says_nothing(path: Path, body: bytes, reason: str) -> None:
    """A backup with an invalid checksum file is refused, and the error explains the remedy."""
    made = back_up(path, path.with_name("copy.duckdb"))
    sum_file(made.path).write_bytes(body)

    with pytest.raises((ChecksumUnreadableError, ChecksumMismatchError), match=reason):
        restore(path, made.path)


@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_a_sum_that_is_no_file(path: Path, kind: str) -> None:
    """A checksum path that is not a regular file is not opened."""
    made = back_up(path, path.with_name("copy.duckdb"))
    sum_file(made.path).unlink()
    (Path.mkdir if kind == "folder" else os.mkfifo)(sum_file(made.path))

    with pytest.raises(ChecksumUnreadableError, match="is not a file"):
        restore(path, made.path)


def test_forms_of_a_sum(tmp_path: Path) -> None:
    """Upper case, binary mode and escaped names are accepted."""
    sha256 = "ab" * 32
    for line in (f"{sha256}  x\n", f"{sha256.upper()} *x\r\n", f"\\{sha256}  x\\n\n"):
        (tmp_path / "x.sha256").write_text(line)
        assert sha256 == read_sum(tmp_path / "x")


def test_a_name_that_is_no_utf_8(path: Path) -> None:
    """A name that is not UTF-8 is refused at once, because DuckDB cannot open it."""
    target = path.parent / os.fsdecode(b"copy-\xff.duckdb")
    with pytest.raises(NameNotTextError, match="not UTF-8"):
        back_up(path, target)
    target.write_bytes(b"")
    with pytest.raises(NameNotTextError):
        restore(path, target)


FULL = {
    "the system": OSError(errno.ENOSPC, "No space left on device"),
    "cp": CopyFailedError(Path("hub.duckdb"), "cp: error writing: No space left on device"),
    "DuckDB": duckdb.IOException("IO Error: Could not write file: No space left on device"),
}


@pytest.mark.parametrize("error", FULL.values(), ids=FULL.keys())
def test_a_full_disk_names_the_file(path: Path, error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk is reported with a path, and leaves everything unchanged."""
    made, before = back_up(path, path.with_name("good.duckdb")), names(path.parent)

    def full(*_: object) -> None:
        raise error

    monkeypatch.setattr(working_copy, "clone", full)
    jobs: dict[str, Callable[[], object]] = {
        "copy": lambda: back_up(path, path.with_name("copy")),
        "hub.duckdb": lambda: restore(path, made.path),
    }
    for named, job in jobs.items():
        with pytest.raises(DiskFullError, match=f"{named} cannot be written, because the disk is full"):
            job()
    assert before == names(path.parent)
    assert notes(path) == ["first"]


ON_A_SMALL_DISK = """
import sys
from pathlib import Path
from db.errors import DiskFullError
from tests.db.backup.test_backup import back_up, names, restore

folder, database, backup = map(Path, sys.argv[1:])
for job in (lambda: back_up(database, folder / "copy.duckdb"), lambda: restore(folder / "hub.duckdb", backup)):
    try:
        job()
    except Exception as error:
        print(type(error).__name__, sorted(names(folder)))
"""


@pytest.mark.skipif(not small_disk_works(), reason="this system gives no disk of one's own")
def test_a_disk_that_is_really_full(path: Path, tmp_path: Path) -> None:
    """A full disk leaves only the lock file."""
    with duckdb.connect(str(path)) as con:
        con.execute("CREATE TABLE big AS SELECT md5(i::VARCHAR) FROM range(100000) AS r(i)")
    made = back_up(path, path.with_name("good.duckdb"))
    folder = tmp_path / "small"
    folder.mkdir()
    script = f'mount -t tmpfs -o size=1m none {folder} && exec {sys.executable} -c "$0" {folder} {path} {made.path}'
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script, ON_A_SMALL_DISK], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.stdout.splitlines() == ["DiskFullError []", "DiskSpaceError ['hub.duckdb.lock']"], done.stderr
