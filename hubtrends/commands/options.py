"""What the commands share: the options every one of them takes, the console, and how a job is begun."""

import contextlib
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Annotated

import duckdb
import typer
from rich.console import Console
from rich.markup import escape

from hubtrends.config.load import load
from hubtrends.config.settings import Settings
from hubtrends.files import check_database
from hubtrends.jobs.context import open_store
from hubtrends.output.rows import Format, Rows, formatted
from hubtrends.output.streams import drawn, emit
from hubtrends.times import TimeError, Week, parse_time

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", help="Configuration file; default $HUBTRENDS_CONFIG, else config.yaml, else defaults."),
]
DbOption = Annotated[
    Path | None, typer.Option("--db", help="Database file; default $HUBTRENDS_DB, else as configured.")
]


FormatOption = Annotated[Format, typer.Option("--format", help="How the rows are printed.")]


def moment(text: str) -> datetime:
    """A time on the command line."""
    try:
        return parse_time(text)
    except TimeError as error:
        raise typer.BadParameter(str(error)) from None


def week(text: str) -> Week:
    """A week on the command line."""
    try:
        return Week.parse(text)
    except TimeError as error:
        raise typer.BadParameter(str(error)) from None


AsOfOption = Annotated[
    datetime | None,
    typer.Option("--as-of", parser=moment, metavar="TIME", help="As entities stood then; UTC where no zone is given."),
]


def settings_for(config: Path | None, db: Path | None) -> Settings:
    """The settings in force for one command."""
    settings = load(config, os.environ)
    settings = settings if db is None else settings.with_database(db)
    check_database(settings.database)
    return settings


def common_options(ctx: typer.Context, config: ConfigOption = None, db: DbOption = None) -> None:
    """Take --config and --db before a sub-command, too; given again after it, they hold as they stand there."""
    given = {name: str(path) for name, path in (("config", config), ("db", db)) if path is not None}
    ctx.default_map = {ctx.invoked_subcommand or "": given}


def show(rows: Rows, style: Format, *, every_column: bool = False) -> None:
    """Print rows on stdout; a table fits the terminal, if there is one, and leaves out columns that say nothing, unless
    they were asked for by name.
    """
    if style is Format.TABLE and not every_column:
        rows = rows.without_empty_columns()
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    text = formatted(rows, style, width=width)
    emit(drawn(text) if style is Format.TABLE else text)


@contextlib.contextmanager
def open_for_query(
    settings: Settings, *, sealed: bool = False, memory: int | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The database, for questions; what there is to say of it goes to stderr."""
    console = narration()

    def says(line: str) -> None:
        console.print(line, highlight=False, markup=False, soft_wrap=True)

    with open_store(settings, utc_now(), says, sealed=sealed, memory=memory) as con:
        yield con


def narration() -> Console:
    """The console for everything that is not data."""
    return Console(stderr=True)


PROGRESS_EVERY_SECONDS = 60.0
"""A plain log gets a line a minute of a long job."""


@contextlib.contextmanager
def progress(console: Console) -> Iterator[Callable[[str], None]]:
    """Give a function that shows the step a job is at: live on a terminal, else a line a minute."""
    shown_at = time.monotonic()

    def log(step: str) -> None:
        nonlocal shown_at
        if time.monotonic() - shown_at >= PROGRESS_EVERY_SECONDS:
            console.print(step, highlight=False, markup=False, soft_wrap=True)
            shown_at = time.monotonic()

    if not console.is_terminal:
        yield log
        return
    with console.status("") as status:
        yield lambda step: status.update(escape(step))


def utc_now() -> datetime:
    """The clock of the command line; everything below it is given the time."""
    return datetime.now(UTC)


IMPATIENT_SECONDS = 0.5
"""Two signals closer together are one wish: a supervisor may signal both the process and its group."""


@contextlib.contextmanager
def stop_on_signal() -> Iterator[threading.Event]:
    """Turn the first SIGINT, SIGTERM or SIGHUP into a wish to stop, and a second one into an end at once.

    A SIGHUP that is ignored, as under `nohup`, stays ignored.

    An end at once loses nothing: every page and every step of a commit can be gone on from.
    """
    stop, wished_at = threading.Event(), float("inf")

    def wish(number: int, _: FrameType | None) -> None:
        nonlocal wished_at
        if time.monotonic() - wished_at > IMPATIENT_SECONDS:
            os._exit(128 + number)
        wished_at = min(wished_at, time.monotonic())
        stop.set()

    wishes = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        wishes.append(signal.SIGHUP)
    before = {number: signal.signal(number, wish) for number in wishes}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
