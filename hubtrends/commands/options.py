"""Shared parts of all commands: options, the clock, the console and the open database."""

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

import duckdb
import typer
from rich.console import Console

from hubtrends.config.load import load
from hubtrends.config.settings import Settings
from hubtrends.errors import TimeError
from hubtrends.files import check_database
from hubtrends.output.rows import Format, Rows, formatted
from hubtrends.output.streams import drawn, emit
from hubtrends.shell import shell_of
from hubtrends.store import open_store
from hubtrends.times import Week, parse_as_of, parse_time

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", help="Configuration file; default $HUBTRENDS_CONFIG, else config.yaml, else defaults."),
]
DbOption = Annotated[
    Path | None, typer.Option("--db", help="Database file; default $HUBTRENDS_DB, else as configured.")
]
FormatOption = Annotated[Format, typer.Option("--format", help="How the rows are printed.")]
OutOption = Annotated[Path | None, typer.Option(help="Folder of the reports; default as configured.")]


def moment(text: str) -> datetime:
    """Parse a time of the command line."""
    try:
        return parse_time(text)
    except TimeError as error:
        raise typer.BadParameter(str(error)) from None


def week(text: str) -> Week:
    """Parse a week of the command line."""
    try:
        return Week.parse(text)
    except TimeError as error:
        raise typer.BadParameter(str(error)) from None


def as_of_moment(ctx: typer.Context, text: str | None) -> datetime | None:
    """Parse the time of a state, which may be relative to the clock of the shell."""
    try:
        return None if text is None else parse_as_of(text, shell_of(ctx).clock())
    except TimeError as error:
        raise typer.BadParameter(str(error)) from None


AsOfOption = Annotated[
    datetime | None,
    typer.Option(
        "--as-of",
        parser=str,
        callback=as_of_moment,
        metavar="TIME",
        help="State at this time: 2026-05-04T09:30 (UTC), 2026-W19 (its end), yesterday, 7d (days ago).",
    ),
]


def settings_for(config: Path | None, db: Path | None) -> Settings:
    """Load the settings of one command."""
    settings = load(config, os.environ)
    settings = settings if db is None else settings.with_database(db)
    check_database(settings.database)
    return settings


def common_options(ctx: typer.Context, config: ConfigOption = None, db: DbOption = None) -> None:
    """Accept --config and --db before a sub-command; the same option after it wins."""
    given = {name: str(path) for name, path in (("config", config), ("db", db)) if path is not None}
    ctx.default_map = {ctx.invoked_subcommand or "": given}


def show(rows: Rows, style: Format, *, every_column: bool = False) -> None:
    """Print rows on stdout.

    A table fits the terminal: it omits columns without a value, then the least important ones, unless `every_column`
    is set. A pipe has no width.
    """
    at_terminal = sys.stdout.isatty()
    width, dropped = shutil.get_terminal_size().columns if at_terminal else None, list[str]()
    if style is Format.TABLE and not every_column:
        rows = rows.without_empty_columns()
        rows, dropped = (rows, dropped) if width is None else rows.fitting(width)
    text = formatted(rows, style, width=width, colour=at_terminal and os.environ.get("TERM") != "dumb")
    emit(drawn(text) if style is Format.TABLE else text)
    if dropped and rows.rows:
        say(f"no room for {', '.join(dropped)}: widen the terminal, or give --format csv")


def say(line: str) -> None:
    """Print one message on stderr, on one line and without markup."""
    Console(stderr=True).print(line, highlight=False, markup=False, soft_wrap=True)


@contextlib.contextmanager
def open_for_query(
    settings: Settings, now: datetime, *, sealed: bool = False, memory: int | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the database read-only; messages about the file go to stderr."""
    with open_store(settings, now, say, sealed=sealed, memory=memory) as con:
        yield con
