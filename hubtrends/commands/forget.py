"""forget: remove an entity from everything that the program has written."""

import contextlib
from typing import Annotated

import typer

from crawler.kinds import Kind
from db.deletion.naming import Subject
from db.errors import DatabaseMissingError
from hubtrends.commands.options import ConfigOption, DbOption, FormatOption, open_for_query, say, settings_for, show
from hubtrends.config.settings import Settings
from hubtrends.errors import NothingNamesItError
from hubtrends.jobs.forget import Traces, forget_all, subject_for, traces
from hubtrends.jobs.names import certain_name, nearest_names
from hubtrends.output.rows import Format, Rows
from hubtrends.shell import shell_of
from hubtrends.watchlist.parse import named


def forget(
    ctx: typer.Context,
    wanted: Annotated[str, typer.Argument(metavar="ID", help="A current or former name, or a Hub id.")],
    kind: Annotated[Kind | None, typer.Option(help="Which kind, if several share the name.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be removed.")] = False,
    delete_reports: Annotated[
        bool, typer.Option("--delete-reports", help="Delete the report files that name it.")
    ] = False,
    style: FormatOption = Format.TABLE,
    config: ConfigOption = None,
    db: DbOption = None,
) -> None:
    """Remove an entity and everything that names it, for a privacy request."""
    settings = settings_for(config, db)
    with contextlib.ExitStack() as stack:
        try:
            con = stack.enter_context(open_for_query(settings, shell_of(ctx).clock()))
        except DatabaseMissingError:
            con = None  # its journal and spool may still name the entity
        name = named(wanted) if con is None else certain_name(con, settings.database, wanted, say)
        subject = subject_for(con, settings.database, name.id, kind or name.kind)
        found = traces(con, settings, subject)
        if not found.any:
            raise NothingNamesItError(settings.database, wanted, nearest_names(con, wanted))
    show(_rows(found, delete_reports=delete_reports), style)
    if not dry_run:
        forget_all(settings, subject, found, say, delete_reports=delete_reports)
    _say_rest(settings, subject, found, dry_run=dry_run, delete_reports=delete_reports)


def _rows(found: Traces, *, delete_reports: bool) -> Rows:
    """Return what is removed, and what is left to the user."""
    rows: list[tuple[str, int, str]] = [
        (f"{one.table}.{one.column}", one.rows, "rows deleted" if one.deleted else "name removed") for one in found.rows
    ]
    rows += [("journal: named in reports", found.named, "rows deleted")] if found.named else []
    rows += [("journal: runs", found.runs, "name removed")] if found.runs else []
    rows += [(f"unfinished walk {folder.name}", 1, "discarded") for folder in found.walks]
    rows += [(str(file), 1, "deleted" if delete_reports else "left to you") for file in found.reports]
    rows += [(f"table {table}", 1, "left to you") for table in found.tables]
    rows += [("watch list", len(found.watched), "left to you")] if found.watched else []
    rows += [(str(file), 1, "left to you") for file in found.copies]
    return Rows(("where", "count", "what"), rows)


def _say_rest(
    settings: Settings,
    subject: Subject,
    found: Traces,
    *,
    dry_run: bool,
    delete_reports: bool,
) -> None:
    entity = subject.entity
    what = f"the {entity.kind} {entity.id} ({entity.hub_id})" if entity else subject.alone[0]
    say(f"{what} {'would be' if dry_run else 'is'} forgotten; a crawl stores it again while it is public on the Hub")
    if found.reports and not delete_reports:
        say("reports name it: rewrite them with `hubtrends report --week WEEK`, or give --delete-reports")
    for line in found.watched:
        say(f"{settings.watch_file} names it in the line '{line.strip()}': edit it, or use `hubtrends watch remove`")
    if found.tables:
        say(f"tables of your own name it: {', '.join(found.tables)}")
    for copy in found.copies:
        say(f"{copy} may hold it: delete that file, or run `hubtrends forget` on it with --db")
    say("exports, backups and reports in other folders are not known here: delete them there")
