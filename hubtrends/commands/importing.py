"""import: back-history that other archives have kept, taken in and taken back."""

import time
from dataclasses import astuple
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import duckdb
import typer
from rich.console import Console

from crawler.kinds import Kind, Scope
from crawler.schema.columns import COLUMNS
from db.commit.commit import commit
from db.commit.wait import WaitPolicy
from db.importing.archive import import_archives
from db.importing.attributes import OWN
from db.importing.convert import is_time_format
from db.importing.snapshot import ArchiveOrder, Imported
from db.importing.times import ObservationTime
from db.importing.undo import undo_import, would_go
from db.queries import mirror_journal
from db.schema.upgrade import migrate_with_backup
from hubtrends.commands.jobs import run_context
from hubtrends.commands.options import (
    ConfigOption,
    DbOption,
    FormatOption,
    moment,
    narration,
    open_for_query,
    settings_for,
    show,
    utc_now,
)
from hubtrends.config.settings import Settings
from hubtrends.jobs.context import RunContext, record_run
from hubtrends.jobs.drop_snapshot import going, take_out
from hubtrends.jobs.journal import Outcome
from hubtrends.output.rows import Format, Rows
from hubtrends.version import VERSION

FROM_NAME = "FILENAME"

MOST_DAYS_LATER = 3_660
"""Of --later: ten years are more than any archive waits."""


def import_(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE…", help="Parquet, CSV or JSON files of one archive.")
    ] = None,
    kind: Annotated[Kind | None, typer.Option("--kind", help="What the rows are.")] = None,
    origin: Annotated[
        str | None, typer.Option("--origin", metavar="NAME", help="The archive; its snapshots bear this name.")
    ] = None,
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
    undo: Annotated[
        str | None, typer.Option("--undo", metavar="NAME", help="Take an archive back: all that it brought goes.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="With --undo: only show what would go.")] = False,
    style: FormatOption = Format.TABLE,
    config: ConfigOption = None,
    db: DbOption = None,
) -> None:
    """Take in back-history that other archives have kept, marked as theirs."""
    if undo is not None:
        if files:
            raise typer.BadParameter(f"--undo takes back all that '{undo}' brought: name no files with it")
        _undo(settings_for(config, db), undo, style, dry_run=dry_run)
        return
    if not files or kind is None or origin is None:
        raise typer.BadParameter("name the files, with --kind and --origin; or an archive to take back with --undo")
    if dry_run:
        raise typer.BadParameter("--dry-run goes with --undo")
    order = ArchiveOrder(
        tuple(files), kind, _origin(origin), scope, _true_time(observed_at, observed_from, later, time_format),
        _mapping(kind, mappings or []), rows, revision, licence,
    )  # fmt: skip
    for file in files:
        if not file.is_file():
            raise typer.BadParameter(f"{file} is not a file")
    with run_context(settings_for(config, db)) as context:
        imported = run_import(context, order)
    _tell_imported(imported, len(files))


def run_import(context: RunContext, order: ArchiveOrder) -> list[Imported]:
    """Import in one commit: all files, or none if one of them cannot be read."""
    imported: list[Imported] = []
    settings = context.settings

    def tell(snapshot: Imported) -> None:
        context.reporter.log(snapshot.told())

    def change(con: duckdb.DuckDBPyConnection) -> None:
        migrate_with_backup(con, settings.database, context.now(), VERSION)
        imported.extend(import_archives(con, order, context.now(), VERSION, run.run_id, tell))
        mirror_journal(con, [astuple(entry) for entry in context.journal.runs()])

    settings.database.resolve().parent.mkdir(parents=True, exist_ok=True)
    with record_run(context, "import", None) as run:
        wait = WaitPolicy(limit=settings.wait_seconds)
        commit(settings.database, change, on_wait=context.reporter.log, wait=wait, clock=time)
        run.ends(Outcome.DONE, f"{len(imported)} snapshots of {order.kind.plural} from {order.origin}")
    return imported


def _undo(settings: Settings, origin: str, style: Format, *, dry_run: bool) -> None:
    """Show what an archive brought, and take it out."""
    console = narration()
    with open_for_query(settings) as con:
        undoing = would_go(con, origin)
    columns = ("kind", "snapshots", "first", "last", "rows", "entities", "rejected")
    rows = [
        (one.kind, len(one.snapshots), one.first_at, one.last_at, one.observations, one.entities, one.rejects)
        for one in undoing
    ]
    show(Rows(columns, rows), style)
    gone = going(settings, [snapshot for one in undoing for snapshot in one.snapshots])
    if gone.reports:
        _say(console, f"reports that rest on it, to be deleted or made again: {', '.join(gone.reports)}")
    count = f"{len(gone.snapshots)} snapshot{'s' * (len(gone.snapshots) != 1)} of {origin}"
    if dry_run:
        _say(console, f"{count} would go")
        return

    def change(con: duckdb.DuckDBPyConnection) -> None:
        undo_import(con, origin, gone.runs)

    before = settings.database.stat().st_size
    take_out(settings, gone, utc_now(), lambda line: _say(console, line), change)
    sizes = f"{before / 1e6:,.1f} MB became {settings.database.stat().st_size / 1e6:,.1f} MB"
    _say(console, f"{count} taken back, {sizes}")


def _true_time(at: datetime | None, column: str | None, later: float, time_format: str | None) -> ObservationTime:
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
    return ObservationTime(at, None if column == FROM_NAME else column, timedelta(days=later), time_format)


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
