"""import: load the history of another archive, or delete it again."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from crawler.kinds import OWN_ORIGIN, Kind, Scope
from crawler.schema.columns import COLUMNS
from db.importing.snapshot import ArchiveOrder
from db.importing.times import ObservationTime
from db.importing.undo import plan_undo
from db.importing.value_checks import is_time_format
from hubtrends.commands.options import (
    ConfigOption,
    DbOption,
    FormatOption,
    moment,
    open_for_query,
    say,
    settings_for,
    show,
)
from hubtrends.commands.running import run_context
from hubtrends.config.settings import Settings
from hubtrends.jobs.drop_snapshot import plan_deletion
from hubtrends.jobs.import_ import run_import, run_undo
from hubtrends.output.rows import Format, Rows
from hubtrends.shell import shell_of

FROM_NAME = "FILENAME"

MAX_DAYS_LATER = 3_660
"""Limit of --later: ten years."""


def _kind(name: str) -> Kind:
    """Parse --kind; explain the difference between Posts and blog articles."""
    if name.lower() in ("post", "posts"):
        raise typer.BadParameter(
            f"'{name}' is not a kind: the Hub's Posts are social posts, which hubtrends does not store;"
            " for blog articles use --kind article"
        )
    try:
        return Kind(name)
    except ValueError:
        raise typer.BadParameter(f"'{name}' is not one of {', '.join(Kind)}") from None


FilesArgument = Annotated[
    list[Path] | None, typer.Argument(metavar="FILE…", help="Parquet, CSV or JSON files of one archive.")
]
KindOption = Annotated[
    Kind | None, typer.Option("--kind", parser=_kind, metavar="|".join(Kind), help="Kind of the rows.")
]
OriginOption = Annotated[
    str | None, typer.Option("--origin", metavar="NAME", help="Name of the archive; stored with its snapshots.")
]
ObservedAtOption = Annotated[
    datetime | None,
    typer.Option(parser=moment, metavar="TIME", help="When all rows of the files were observed."),
]
ObservedFromOption = Annotated[
    str | None,
    typer.Option(
        metavar=f"COLUMN|{FROM_NAME}",
        help="Source of the time of each file; with --rows also a path outside the rows.",
    ),
]
TimeFormatOption = Annotated[
    str | None,
    typer.Option(
        metavar="FORMAT", help="Format of the times in COLUMN, such as %d-%m-%Y; default ISO 8601 or an epoch."
    ),
]
LaterOption = Annotated[
    float,
    typer.Option(metavar="DAYS", help="Days to add: an archive may name a file after the start of its week."),
]
ScopeOption = Annotated[
    Scope, typer.Option(help="full: the files list the whole Hub, so a missing entity counts as missing.")
]
MapOption = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="THEIRS=ours", help="Map a source column to ours, or ignore it with THEIRS=."),
]
RowsOption = Annotated[
    str | None,
    typer.Option(metavar="PATH", help="Path of the list of rows if a file is one JSON object, such as models."),
]
RevisionOption = Annotated[
    str | None, typer.Option(metavar="NAME", help="Revision of the archive, stored with each snapshot.")
]
LicenceOption = Annotated[
    str | None,
    typer.Option("--licence", "--license", metavar="NAME", help="Licence of the archive, stored with each snapshot."),
]
UndoOption = Annotated[
    str | None, typer.Option("--undo", metavar="NAME", help="Delete everything that an archive brought.")
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="With --undo: only show what would be deleted.")]


def import_(
    ctx: typer.Context,
    files: FilesArgument = None,
    kind: KindOption = None,
    origin: OriginOption = None,
    observed_at: ObservedAtOption = None,
    observed_from: ObservedFromOption = None,
    time_format: TimeFormatOption = None,
    later: LaterOption = 0.0,
    scope: ScopeOption = Scope.HEAD,
    mappings: MapOption = None,
    rows: RowsOption = None,
    revision: RevisionOption = None,
    licence: LicenceOption = None,
    undo: UndoOption = None,
    dry_run: DryRunOption = False,
    style: FormatOption = Format.TABLE,
    config: ConfigOption = None,
    db: DbOption = None,
) -> None:
    """Import the history of another archive, marked as imported."""
    if undo is not None:
        if files:
            raise typer.BadParameter(f"--undo deletes everything that '{undo}' brought: give no files with it")
        _undo(settings_for(config, db), shell_of(ctx).clock(), undo, style, dry_run=dry_run)
        return
    if not files or kind is None or origin is None:
        raise typer.BadParameter("give files with --kind and --origin, or an archive with --undo")
    if dry_run:
        raise typer.BadParameter("--dry-run needs --undo")
    if origin == OWN_ORIGIN or not origin.strip() or not origin.isprintable():
        raise typer.BadParameter(f"'{origin}' cannot be an archive's name; '{OWN_ORIGIN}' is that of own snapshots")
    times = _observation_time(observed_at, observed_from, later, time_format)
    mapping = _mapping(kind, mappings or [])
    order = ArchiveOrder(tuple(files), kind, origin.strip(), scope, times, mapping, rows, revision, licence)
    _import(ctx, settings_for(config, db), order)


def _import(ctx: typer.Context, settings: Settings, order: ArchiveOrder) -> None:
    """Import the files of an archive, then print the columns that were not used."""
    for file in order.files:
        if not file.is_file():
            raise typer.BadParameter(f"{file} is not a file")
    with run_context(ctx, settings) as context:
        imported = run_import(context, order)
    for unused in dict.fromkeys(snapshot.unused for snapshot in imported if snapshot.unused):
        say(f"columns that were not used: {', '.join(unused)}")
    if not imported:
        say(f"nothing is new: the {len(order.files)} files were imported before")


def _undo(settings: Settings, now: datetime, origin: str, style: Format, *, dry_run: bool) -> None:
    """Show the data of an archive, then delete it."""
    with open_for_query(settings, now) as con:
        plans = plan_undo(con, origin)
    columns = ("kind", "snapshots", "first", "last", "rows", "entities", "rejected")
    rows = [
        (one.kind, len(one.snapshots), one.first_at, one.last_at, one.observations, one.entities, one.rejects)
        for one in plans
    ]
    show(Rows(columns, rows), style)
    plan = plan_deletion(settings, [snapshot for one in plans for snapshot in one.snapshots])
    if plan.reports:
        say(f"reports that use it, to be deleted or rewritten: {', '.join(plan.reports)}")
    count = f"{len(plan.snapshots)} snapshot{'s' * (len(plan.snapshots) != 1)} of {origin}"
    if dry_run:
        say(f"{count} would be deleted")
        return
    before, after = run_undo(settings, origin, plan, now, say)
    say(f"{count} deleted, {before / 1e6:,.1f} MB became {after / 1e6:,.1f} MB")


def _observation_time(
    at: datetime | None, column: str | None, later: float, time_format: str | None
) -> ObservationTime:
    if (at is None) == (column is None):
        raise typer.BadParameter(
            f"give the time of observation: --observed-at TIME, or --observed-from COLUMN or {FROM_NAME}"
        )
    if not abs(later) <= MAX_DAYS_LATER:
        raise typer.BadParameter(f"--later must lie within {MAX_DAYS_LATER} days, not {later}")
    if time_format is not None and (column in (None, FROM_NAME) or not is_time_format(time_format)):
        raise typer.BadParameter(
            f"--time-format '{time_format}' is not a time format of a column: write it like %d-%m-%Y, with"
            " --observed-from COLUMN"
        )
    return ObservationTime(at, None if column == FROM_NAME else column, timedelta(days=later), time_format)


def _mapping(kind: Kind, mappings: list[str]) -> dict[str, str]:
    """Parse THEIRS=ours pairs; an empty right side ignores the column."""
    known, mapping = COLUMNS[kind], {}
    for mapped in mappings:
        theirs, sign, ours = mapped.rpartition("=")
        if not sign or not theirs:
            raise typer.BadParameter(
                f"'{mapped}' is not a mapping: write THEIRS=ours, as in dl_total=downloads_all_time"
            )
        if ours and ours not in known:
            raise typer.BadParameter(f"{kind.plural} have no column '{ours}': they have {', '.join(known)}")
        mapping[theirs] = ours
    return mapping
