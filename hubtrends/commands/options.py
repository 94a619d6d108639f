"""Shared parts of all commands: options, the clock, the console and the start of a job."""

import contextlib
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
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
from hubtrends.confined import Confinement
from hubtrends.errors import TimeError
from hubtrends.files import check_database
from hubtrends.jobs.context import RunContext, open_store
from hubtrends.logs import LogFormat, LoggingReporter
from hubtrends.output.rows import Format, Rows, formatted
from hubtrends.output.streams import drawn, emit
from hubtrends.progress.reporter import open_reporter
from hubtrends.times import Week, parse_time

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


AsOfOption = Annotated[
    datetime | None,
    typer.Option("--as-of", parser=moment, metavar="TIME", help="State at this time; UTC where no zone is given."),
]


def utc_now() -> datetime:
    """Return the time of the system clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Shell:
    """The process-wide state of every command; `typer.Context.obj`."""

    clock: Callable[[], datetime] = utc_now
    confinement: Confinement | None = None
    """The confinement of a child process, None in the main process."""


def shell_of(ctx: typer.Context) -> Shell:
    """Return the shell that the command runs in."""
    return ctx.find_object(Shell) or Shell()


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

    A table is as wide as the terminal. It omits columns without a value unless `every_column` is set.
    """
    if style is Format.TABLE and not every_column:
        rows = rows.without_empty_columns()
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    text = formatted(rows, style, width=width)
    emit(drawn(text) if style is Format.TABLE else text)


def narration() -> Console:
    """Return the console for everything that is not data."""
    return Console(stderr=True)


def say(line: str) -> None:
    """Print one line of narration on stderr without markup or folding."""
    narration().print(line, highlight=False, markup=False, soft_wrap=True)


@contextlib.contextmanager
def open_for_query(
    settings: Settings, now: datetime, *, sealed: bool = False, memory: int | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the database read-only; messages about the file go to stderr."""
    with open_store(settings, now, say, sealed=sealed, memory=memory) as con:
        yield con


@contextlib.contextmanager
def run_context(ctx: typer.Context, settings: Settings) -> Iterator[RunContext]:
    """Yield the context of a job that reports on stderr and stops on a signal."""
    in_json = ctx.meta.get(LogFormat.__name__) is LogFormat.JSON
    with stop_on_signal() as stop, LoggingReporter() if in_json else open_reporter(narration()) as reporter:
        yield RunContext(settings, shell_of(ctx).clock, reporter, stop)


PROGRESS_EVERY_SECONDS = 60.0
"""How often a long job writes a line to a plain log."""


@contextlib.contextmanager
def progress(console: Console) -> Iterator[Callable[[str], None]]:
    """Yield a function that shows the current step, live or once a minute."""
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


IMPATIENT_SECONDS = 0.5
"""Two signals closer together count as one: a supervisor may signal both the process and its group."""


@contextlib.contextmanager
def stop_on_signal() -> Iterator[threading.Event]:
    """Set an event on the first SIGINT, SIGTERM or SIGHUP; exit at once on the second.

    An ignored SIGHUP, as under `nohup`, stays ignored. Exiting at once loses nothing: the next run resumes every page
    and every step of a commit.
    """
    stop, asked_at = threading.Event(), float("inf")

    def handle(number: int, _: FrameType | None) -> None:
        nonlocal asked_at
        if time.monotonic() - asked_at > IMPATIENT_SECONDS:
            os._exit(128 + number)
        asked_at = min(asked_at, time.monotonic())
        stop.set()

    signals = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signals.append(signal.SIGHUP)
    before = {number: signal.signal(number, handle) for number in signals}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
