"""export, import, backup and restore: history out and in, and the file itself kept safe."""

import time
from dataclasses import astuple
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import duckdb
import typer
from rich.console import Console

from crawler.kinds import Kind, Scope
from crawler.rows import COLUMNS
from db.archive import import_archives
from db.archive_facts import OWN
from db.archive_snapshot import ArchiveOrder, Imported
from db.archive_time import TrueTime
from db.archive_values import is_time_format
from db.backup import backup as write_backup
from db.commit import commit
from db.export import export as write_export
from db.export import verify as verify_export
from db.files import Files
from db.read import mirror_runs
from db.restore import restore as restore_backup
from db.sums import sum_file
from db.target import target_at
from db.upgrade import migrate_with_backup
from db.wait import WaitPolicy
from hubtrends.backups import KnownBackup, note_backup
from hubtrends.commands.common import ConfigOption, DbOption, asking, moment, narration, progress, settings_for, utc_now
from hubtrends.commands.jobs import working
from hubtrends.journal import Journal, JournalBarred, JournalDamaged, JournalFull, Outcome
from hubtrends.program import Program, journalled
from hubtrends.streams import emit
from hubtrends.version import VERSION

FROM_NAME = "FILENAME"

MOST_DAYS_LATER = 3_660
"""Of --later: ten years are more than any archive waits."""


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
    with asking(settings) as con:
        if verify:
            manifest = verify_export(con, target)
            _say(console, f"{len(manifest.files)} files in {address} are as they were written")
            return
        report = write_export(con, target, lambda file: _say(console, f"{file.path}: {file.rows:,} rows"))
    written = f"{len(report.written)} files with {report.rows:,} rows ({report.bytes / 1e6:,.1f} MB) written"
    _say(console, f"{written}, {report.unchanged} unchanged")
    emit(f"{address}\n")


def import_(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Parquet, CSV or JSON files of one archive.")],
    kind: Annotated[Kind, typer.Option("--kind", help="What the rows are.")],
    origin: Annotated[str, typer.Option("--origin", metavar="NAME", help="The archive; its snapshots bear this name.")],
    observed_at: Annotated[
        datetime | None,
        typer.Option(parser=moment, metavar="TIME", help="When all rows of the files were observed."),
    ] = None,
    observed_from: Annotated[
        str | None,
        typer.Option(
            metavar=f"COLUMN|{FROM_NAME}",
            help="Where each file says when it was observed; with --rows also a path outside of the rows.",
        ),
    ] = None,
    time_format: Annotated[
        str | None,
        typer.Option(metavar="FORMAT", help="How COLUMN writes times, as in %d-%m-%Y; default ISO 8601 or an epoch."),
    ] = None,
    later: Annotated[
        float,
        typer.Option(metavar="DAYS", help="Add so many days: an archive may name a file after the week it ends."),
    ] = 0.0,
    scope: Annotated[
        Scope, typer.Option(help="full: the files are whole listings of the Hub, so that absence means something.")
    ] = Scope.HEAD,
    mappings: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="THEIRS=ours", help="Read a column of theirs as one of ours, or, =, as none."),
    ] = None,
    rows: Annotated[
        str | None,
        typer.Option(metavar="PATH", help="The list that holds the rows, where a file is one JSON object: models."),
    ] = None,
    revision: Annotated[
        str | None, typer.Option(metavar="NAME", help="Revision of the archive, stored with each snapshot.")
    ] = None,
    licence: Annotated[
        str | None, typer.Option("--licence", "--license", metavar="NAME", help="Its licence, stored likewise.")
    ] = None,
    config: ConfigOption = None,
    db: DbOption = None,
) -> None:
    """Take in back-history that other archives have kept, marked as theirs."""
    order = ArchiveOrder(
        tuple(files), kind, _origin(origin), scope, _true_time(observed_at, observed_from, later, time_format),
        _mapping(kind, mappings or []), rows, revision, licence,
    )  # fmt: skip
    for file in files:
        if not file.is_file():
            raise typer.BadParameter(f"{file} is not a file")
    with working(settings_for(config, db)) as program:
        imported = run_import(program, order)
    _tell_imported(imported, len(files))


def run_import(program: Program, order: ArchiveOrder) -> list[Imported]:
    """Import in one commit: all files, or none if one of them cannot be read."""
    imported: list[Imported] = []
    settings = program.settings

    def tell(snapshot: Imported) -> None:
        program.voice.says(snapshot.told())

    def change(con: duckdb.DuckDBPyConnection) -> None:
        migrate_with_backup(con, settings.database, program.now(), VERSION)
        imported.extend(import_archives(con, order, program.now(), VERSION, run.run_id, tell))
        mirror_runs(con, [astuple(entry) for entry in program.journal.runs()])

    settings.database.resolve().parent.mkdir(parents=True, exist_ok=True)
    with journalled(program, "import", None) as run:
        wait = WaitPolicy(limit=settings.wait_seconds)
        commit(settings.database, change, on_wait=program.voice.says, wait=wait, clock=time)
        run.ends(Outcome.DONE, f"{len(imported)} snapshots of {order.kind.plural} from {order.origin}")
    return imported


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
    except (JournalDamaged, JournalBarred, JournalFull) as error:
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


def _true_time(at: datetime | None, column: str | None, later: float, time_format: str | None) -> TrueTime:
    if (at is None) == (column is None):
        raise typer.BadParameter(
            f"say when the rows were observed: --observed-at TIME, or --observed-from COLUMN or {FROM_NAME}"
        )
    if not abs(later) <= MOST_DAYS_LATER:
        raise typer.BadParameter(f"--later must lie within {MOST_DAYS_LATER} days, not {later}")
    if time_format is not None and (column in (None, FROM_NAME) or not is_time_format(time_format)):
        raise typer.BadParameter(
            f"--time-format '{time_format}' is no form of a time in a column: write it as in %d-%m-%Y, with"
            " --observed-from COLUMN"
        )
    return TrueTime(at, None if column == FROM_NAME else column, timedelta(days=later), time_format)


def _mapping(kind: Kind, mappings: list[str]) -> dict[str, str]:
    """Their columns and ours; nothing after the sign leaves theirs alone."""
    known, mapping = COLUMNS[kind], {}
    for mapped in mappings:
        theirs, sign, ours = mapped.rpartition("=")
        if not sign or not theirs:
            raise typer.BadParameter(f"'{mapped}' maps nothing: write THEIRS=ours, as in dl_total=downloads_all_time")
        if ours and ours not in known:
            raise typer.BadParameter(f"{kind.plural} have no column '{ours}': they have {', '.join(known)}")
        mapping[theirs] = ours
    return mapping


def _origin(name: str) -> str:
    if name == OWN or not name.strip() or not name.isprintable():
        raise typer.BadParameter(f"'{name}' cannot be an archive's name; '{OWN}' is that of own snapshots")
    return name.strip()


def _tell_imported(imported: list[Imported], files: int) -> None:
    console = narration()
    for unused in dict.fromkeys(snapshot.unused for snapshot in imported if snapshot.unused):
        _say(console, f"columns that were not used: {', '.join(unused)}")
    if not imported:
        _say(console, f"nothing is new: what the {files} files hold had been imported before")


def _say(console: Console, line: str) -> None:
    console.print(line, highlight=False, markup=False, soft_wrap=True)
