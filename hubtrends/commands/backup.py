"""backup and restore: a verified copy of the database, and the way back."""

from pathlib import Path
from typing import Annotated

import typer

from db.backup.sums import sum_file
from db.commit.paths import Files
from hubtrends.commands.options import ConfigOption, DbOption, say, settings_for
from hubtrends.commands.running import narration, progress
from hubtrends.jobs.backup import run_backup, run_restore
from hubtrends.output.streams import emit
from hubtrends.shell import shell_of


def backup(
    ctx: typer.Context,
    to: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="Target; default next to the database, with the time.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing backup.")] = False,
    config: ConfigOption = None,
    db: DbOption = None,
) -> None:
    """Write a verified copy of the database; readers and writers may continue."""
    settings, now = settings_for(config, db), shell_of(ctx).clock()
    database = Files.of(settings.database).database
    target = to or database.with_name(f"{database.stem}-{now:%Y%m%dT%H%M%SZ}{database.suffix}")
    with progress(narration()) as on_step:
        made = run_backup(settings, target, now, on_step, say, force=force)
    say(f"{made.rows:,} rows, read back and compared; {made.bytes / 1e6:,.1f} MB, SHA-256 {made.sha256}")
    emit(f"{target}\n")


def restore(
    ctx: typer.Context,
    source: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `backup` wrote.")],
    config: ConfigOption = None,
    db: DbOption = None,
) -> None:
    """Replace the database with a backup; the old file is kept next to it."""
    settings = settings_for(config, db)
    with progress(narration()) as on_step:
        restored = run_restore(settings, source, shell_of(ctx).clock(), on_step, say)
    if not restored.has_sum:
        say(f"there is no {sum_file(source).name} next to it: the bytes were compared with no checksum")
    kept = f"; the old files are {' and '.join(map(str, restored.kept))}" if restored.kept else ""
    say(f"{settings.database} is restored from {source}, {restored.rows:,} rows{kept}")
