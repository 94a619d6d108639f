"""Find the newest good backup of a database.

The journal lists the backups that were made; others may lie next to the database. The SHA-256 of a file shows whether
it is still good.
"""

import contextlib
import logging
import shlex
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from db.backup.sums import read_sum, sha256_of
from hubtrends.errors import JournalError
from hubtrends.jobs.journal import Journal

logger = logging.getLogger(__name__)

SCHEMA = """
CREATE TABLE IF NOT EXISTS backups (
    made_at TEXT NOT NULL,       -- ISO 8601, UTC
    path    TEXT NOT NULL,       -- absolute, so that it can be found from any folder
    bytes   INTEGER NOT NULL,
    sha256  TEXT NOT NULL
)
"""


@dataclass(frozen=True, slots=True)
class KnownBackup:
    """A backup that was written; it may have been moved or damaged since."""

    made_at: datetime
    path: Path
    bytes: int
    sha256: str


def note_backup(journal: Journal, backup: KnownBackup) -> None:
    """Note a backup in the journal; raises JournalError."""
    with journal.transaction() as con:
        con.execute(SCHEMA)
        row = (backup.made_at.isoformat(), str(backup.path), backup.bytes, backup.sha256)
        con.execute("INSERT INTO backups VALUES (?, ?, ?, ?)", row)


def noted_backups(journal: Journal) -> list[KnownBackup]:
    """Return the backups in the journal, newest first."""
    if not journal.path.exists():
        return []
    with journal.transaction() as con:
        con.execute(SCHEMA)
        rows = con.execute(
            "SELECT made_at, path, bytes, sha256 FROM backups ORDER BY made_at DESC, rowid DESC"
        ).fetchall()
    return [KnownBackup(datetime.fromisoformat(at), Path(path), *rest) for at, path, *rest in rows]


def newest_good(database: Path) -> KnownBackup | None:
    """Return the newest backup whose bytes match its checksum."""
    for backup in known(database):
        good = _is_good(backup)
        logger.debug("backup %s of %s: %s", backup.path, backup.made_at, "intact" if good else "missing or changed")
        if good:
            return backup
    return None


def known(database: Path) -> list[KnownBackup]:
    """Return the backups in the journal and next to the database, newest first."""
    found = {backup.path: backup for backup in _in_folder(database.resolve())}
    with contextlib.suppress(JournalError, sqlite3.Error):
        found |= {backup.path: backup for backup in reversed(noted_backups(Journal(database)))}
    return sorted(found.values(), key=lambda backup: backup.made_at, reverse=True)


def advice(database: Path) -> str:
    """Return how to restore the newest good backup, or how to find one."""
    how = "look for a file with a .sha256 next to it"
    return known_advice(database) or f"no good backup is known: {how}, then run `{_command('FILE', database)}`"


def known_advice(database: Path) -> str | None:
    """Return how to restore the newest good backup, None if no good backup is known."""
    backup = newest_good(database)
    if backup is None:
        return None
    when = f"{backup.made_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return f"the newest good backup is of {when}: run `{_command(shlex.quote(str(backup.path)), database)}`"


def _command(file: str, database: Path) -> str:
    return f"hubtrends restore {file} --db {shlex.quote(str(database))}"


def _in_folder(database: Path) -> Iterator[KnownBackup]:
    """Yield files in the folder with a readable checksum, dated by their last change."""
    for sum_file in sorted(database.parent.glob("*.sha256")):
        path = sum_file.with_suffix("")
        with contextlib.suppress(OSError, ValueError):
            if path.is_file() and path != database and (sha256 := read_sum(path)):
                made = path.stat()
                yield KnownBackup(datetime.fromtimestamp(made.st_mtime, UTC), path, made.st_size, sha256)


def _is_good(backup: KnownBackup) -> bool:
    try:
        sized = backup.path.is_file() and backup.path.stat().st_size == backup.bytes
        return sized and sha256_of(backup.path)[0] == backup.sha256
    except OSError:
        return False
