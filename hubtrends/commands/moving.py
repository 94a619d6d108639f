"""export, backup and restore: history out, and the file itself kept safe."""

import sqlite3
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from db.backup.backup import backup as write_backup
from db.backup.restore import restore as restore_backup
from db.backup.sums import sum_file
from db.commit.paths import Files
from db.commit.wait import WaitPolicy
from db.export.export import export as write_export
from db.export.export import verify as verify_export
from db.export.target import target_at
from hubtrends.commands.options import (
    ConfigOption,
    DbOption,
    narration,
    open_for_query,
    progress,
    settings_for,
    utc_now,
)
from hubtrends.jobs.backups import KnownBackup, note_backup
from hubtrends.jobs.journal import Journal, JournalDamagedError, JournalFullError, JournalNotWritableError
from hubtrends.output.streams import emit


def export(
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="FOLDER|URL", help="Where to; default a folder beside the database."),
    ] = None,
    verify: Annotated[bool, typer.Option("--verify", help="Read what lies there again and check its sums.")] = False,
    config: ConfigOption = None,
    db: DbOption = None,
) -> None:
    """Write the history out as Parquet, or what is new since the last time."""
    settings = settings_for(config, db)
    database = settings.database
    address = to or str(Files.of(database).beside(".export"))
    target, console = target_at(database, address), narration()
    with open_for_query(settings) as con:
        if verify:
            manifest = verify_export(con, target)
            _say(console, f"{len(manifest.files)} files in {address} are as they were written")
            return
        report = write_export(con, target, lambda file: _say(console, f"{file.path}: {file.rows:,} rows"))
    written = f"{len(report.written)} files with {report.rows:,} rows ({report.bytes / 1e6:,.1f} MB) written"
    _say(console, f"{written}, {report.unchanged} unchanged")
    emit(f"{address}\n")


def backup(
    to: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="Where to; default beside the database, with the time.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a backup that is there.")] = False,
    config: ConfigOption = None,
    db: DbOption = None,
) -> None:
    """Write a verified copy of the database, readers and writers notwithstanding."""
    settings = settings_for(config, db)
    database, console, now = Files.of(settings.database).database, narration(), utc_now()
    target = to or database.with_name(f"{database.stem}-{now:%Y%m%dT%H%M%SZ}{database.suffix}")
    with progress(console) as tell:
        made = write_backup(
            settings.database, target, force=force, tell=tell, on_wait=lambda line: _say(console, line),
            wait=WaitPolicy(limit=settings.wait_seconds), clock=time,
        )  # fmt: skip
    try:
        note_backup(Journal(settings.database), KnownBackup(now, made.path, made.bytes, made.sha256))
    except (JournalDamagedError, JournalNotWritableError, JournalFullError, sqlite3.Error) as error:
        _say(console, f"the journal does not know of this backup: {error}")
    _say(console, f"{made.rows:,} rows, read back and compared; {made.bytes / 1e6:,.1f} MB, SHA-256 {made.sha256}")
    emit(f"{target}\n")


def restore(
    source: Annotated[Path, typer.Argument(metavar="FILE", help="What `backup` wrote.")],
    config: ConfigOption = None,
    db: DbOption = None,
) -> None:
    """Put a backup in the place of the database, which need not be sound and is kept beside it."""
    settings, console = settings_for(config, db), narration()
    with progress(console) as tell:
        restored = restore_backup(
            settings.database, source, utc_now(), tell=tell, on_wait=lambda line: _say(console, line),
            wait=WaitPolicy(limit=settings.wait_seconds), clock=time,
        )  # fmt: skip
    if not restored.has_sum:
        _say(console, f"there is no {sum_file(source).name} beside it: its bytes could not be compared with a sum")
    kept = f"; what was there before is {' and '.join(map(str, restored.kept))}" if restored.kept else ""
    _say(console, f"{settings.database} is {source} again, {restored.rows:,} rows{kept}")


def _say(console: Console, line: str) -> None:
    console.print(line, highlight=False, markup=False, soft_wrap=True)
