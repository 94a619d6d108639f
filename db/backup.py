"""A verified copy of the database, and the way back.

backup    lock, settle, hold     nobody writes while the file is copied; readers go on
          copy, checkpoint       one file, whatever log the original has
          count                  the copy opens, and holds as many rows of every table
          rename, sum            the name appears, then the sum beside it
restore   sum, open, schema      the backup is sound, and of a schema that this program knows
          lock, settle, hold
          copy                   of the backup, put on the disk
          keep                   the present file and its log get a second name, ….before-restore-<time>
          intend, publish        as a commit does it, so a restore that is cut off is completed by the next start
"""

import contextlib
import errno
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import duckdb

from crawler.disk import sync
from db import working_copy
from db.driver import session
from db.errors import DatabaseMissing, StoreError, Unreadable
from db.files import LOGS, Files, Footprint, footprint, identity
from db.hold import holding
from db.intent import Intent, write_intent
from db.lock import writer_lock
from db.manifest import checksum
from db.publish import publish, undo
from db.readonly import open_readonly
from db.recover import settle
from db.room import within_room
from db.schema import check_version
from db.wait import Clock, Patience, WaitPolicy


class BackupError(StoreError):
    """Something about the backup at `path`."""


class BackupMissing(BackupError):
    """There is no file at `path`."""

    def __str__(self) -> str:
        return f"{self.path} does not exist: name a file that `hubtrends backup` wrote"


class BackupExists(BackupError):
    """There is a file at `path` already."""

    def __str__(self) -> str:
        return f"{self.path} exists: name another file, or give --force to replace it"


class CountsDiffer(BackupError):
    """The copy at `path` does not hold what the original does; `tables` names where."""

    def __init__(self, path: Path, tables: tuple[str, ...]) -> None:
        super().__init__(path, tables)
        self.tables = tables

    def __str__(self) -> str:
        return (
            f"the copy at {self.path} differs from its original in {', '.join(self.tables)}: it was removed; try again"
        )


class SumDiffers(BackupError):
    """The backup at `path` is not the one that its sum was taken of."""

    def __str__(self) -> str:
        return f"{self.path} does not fit the sum in {sum_file(self.path).name}: take another backup"


class NotABackup(BackupError):
    """The file at `path` is a DuckDB database, but not one of hubtrends."""

    def __str__(self) -> str:
        return f"{self.path} holds no hubtrends tables: name a file that `hubtrends backup` wrote"


@dataclass(frozen=True, slots=True)
class Backup:
    """A sound copy."""

    path: Path
    bytes: int
    sha256: str
    rows: int
    """Of all tables, an analyst's own included."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did; `kept` is the file that was there before, if there was one."""

    rows: int
    kept: Path | None
    has_sum: bool


def sum_file(path: Path) -> Path:
    """The file beside a backup that holds its SHA-256, as `sha256sum -c` reads it."""
    return path.with_name(path.name + ".sha256")


def backup(
    database: Path,
    target: Path,
    *,
    force: bool,
    on_wait: Callable[[str], None],
    wait: WaitPolicy,
    clock: Clock,
) -> Backup:
    """Write a verified copy of the database to `target`; its folder is made if need be.

    Raises BackupExists unless `force`, DatabaseMissing, Busy, CountsDiffer and the rest of StoreError.
    """
    if target.exists() and not force:
        raise BackupExists(target)
    files, patience = Files.of(database), Patience(wait, clock, on_wait)
    if not files.database.exists():
        raise DatabaseMissing(database)
    with _explained(), _part_of(target) as part:
        with writer_lock(files, patience):
            settle(files, patience)
            with holding(files, patience):
                _copy(files.database, part)
                expected = _counts(files.database)
        found = _counts(part)
        if found != expected:
            raise CountsDiffer(target, _differing(expected, found))
        return _publish(part, target, sum(found.values()))


def restore(
    database: Path,
    source: Path,
    now: datetime,
    *,
    on_wait: Callable[[str], None],
    wait: WaitPolicy,
    clock: Clock,
) -> Restored:
    """Put a backup in the place of the database, which is kept beside it under a name with `now` in it.

    Raises BackupMissing, SumDiffers, NotABackup, SchemaTooNew, Busy and the rest of StoreError; then the database is
    as it was.
    """
    rows = _check(source)
    files, patience = Files.of(database), Patience(wait, clock, on_wait)
    with _explained():
        files.database.parent.mkdir(parents=True, exist_ok=True)
        with writer_lock(files, patience):
            settle(files, patience)
            with holding(files, patience), within_room(files):
                kept = _replace(files, source, now)
    return Restored(rows, kept, sum_file(source).exists())


def _replace(files: Files, source: Path, now: datetime) -> Path | None:
    """Returns what is kept, if there was a database."""
    original = footprint(files)
    with contextlib.ExitStack() as names:
        try:
            _copy(source, files.copy)
            whole = working_copy.flush(files)
            kept = _keep(files, original, now, names) if original.database else None
            write_intent(files, Intent(original, whole))
            publish(files, lambda _: None)
        except BaseException:
            if identity(files.database) == original.database:
                undo(files)
                names.close()
            raise
        finally:
            names.pop_all()
    return kept


def _keep(files: Files, original: Footprint, now: datetime, undoing: contextlib.ExitStack) -> Path:
    """Gives the present file and its logs a second name, which nothing else bears; `undoing` takes it away again."""
    first = files.beside(f".before-restore-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    kept = next(name for name in _numbered(first) if not name.exists())
    for suffix in (*original.logs, ""):
        second = kept.with_name(kept.name + suffix)
        os.link(files.beside(suffix), second)
        undoing.callback(second.unlink)
    return kept


def _numbered(path: Path) -> Iterator[Path]:
    yield path
    yield from (path.with_name(f"{path.name}-{number}") for number in count(2))


def _copy(source: Path, target: Path) -> None:
    """Copies a database that nobody writes to into one file without a log."""
    for suffix in ("", *LOGS):
        there, here = source.with_name(source.name + suffix), target.with_name(target.name + suffix)
        here.unlink(missing_ok=True)
        if there.exists():
            working_copy.clone(there, here)
    with session(target) as con:
        con.execute("CHECKPOINT hub")


def _counts(path: Path) -> dict[str, int]:
    """The number of rows of every table."""
    with open_readonly(path) as con:
        tables = con.execute(
            "SELECT schema_name, table_name FROM duckdb_tables()"
            " WHERE database_name = 'hub' AND NOT internal ORDER BY ALL"
        ).fetchall()
        return {f"{schema}.{table}": _count(con, schema, table) for schema, table in tables}


def _count(con: duckdb.DuckDBPyConnection, schema: str, table: str) -> int:
    name = ".".join('"' + part.replace('"', '""') + '"' for part in ("hub", schema, table))
    row = con.execute(f"SELECT count(*) FROM {name}").fetchone()  # noqa: S608
    return int(row[0]) if row else 0


def _differing(expected: dict[str, int], found: dict[str, int]) -> tuple[str, ...]:
    return tuple(sorted(table for table in expected | found if expected.get(table) != found.get(table)))


def _publish(part: Path, target: Path, rows: int) -> Backup:
    sync(part)
    with part.open("rb") as file:
        sha256, length = checksum(file)
    sum_file(part).write_text(f"{sha256}  {target.name}\n", encoding="utf-8")
    sync(sum_file(part))
    sum_file(target).unlink(missing_ok=True)  # a backup without a sum can be restored, one with another's cannot
    part.replace(target)
    sum_file(part).replace(sum_file(target))
    sync(target.parent)
    return Backup(target, length, sha256, rows)


def _check(source: Path) -> int:
    """The rows of a backup that is sound."""
    if not source.exists():
        raise BackupMissing(source)
    if sum_file(source).exists():
        with source.open("rb") as file:
            found, _ = checksum(file)
        if sum_file(source).read_text(encoding="utf-8").split(maxsplit=1)[:1] != [found]:
            raise SumDiffers(source)
    with open_readonly(source) as con:
        if check_version(con) == 0:
            raise NotABackup(source)
    return sum(_counts(source).values())


@contextlib.contextmanager
def _part_of(target: Path) -> Iterator[Path]:
    """Gives a name beside the target to write to, in a folder that is there; what is left at the end goes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    try:
        yield part
    finally:
        for left in (part, sum_file(part), *(part.with_name(part.name + suffix) for suffix in LOGS)):
            left.unlink(missing_ok=True)


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    """Turns a refusal of the file system into an error that names the file; a full disk stays what it is."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT) or error.filename is None:
            raise
        raise Unreadable(Path(error.filename), error.strerror or str(error)) from error
