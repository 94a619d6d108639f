"""daemon and demo: the program by itself, on the real Hub and on a simulated one."""

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from hubtrends.commands.options import (
    ConfigOption,
    DbOption,
    narration,
    settings_for,
    stop_on_signal,
    utc_now,
)
from hubtrends.daemon.daemon import run_daemon
from hubtrends.demo import run_demo
from hubtrends.jobs.context import RunContext
from hubtrends.output.streams import emit
from hubtrends.progress.reporter import LogReporter, open_reporter


def daemon(config: ConfigOption = None, db: DbOption = None) -> None:
    """Run the schedule in the foreground until SIGTERM, SIGHUP or Ctrl-C."""
    settings = settings_for(config, db)
    with stop_on_signal() as stop:
        reporter = LogReporter(narration())
        reporter.log(f"keeping {settings.database}; stop with Ctrl-C or SIGTERM")
        run_daemon(RunContext(settings, utc_now, reporter, stop))
        reporter.log("stopped")


def demo(
    out: Annotated[Path | None, typer.Option(help="Where to put the database and the report.")] = None,
    seed: Annotated[int, typer.Option(help="Of the simulated world.")] = 7,
) -> None:
    """Show the whole entity against a simulated Hub: no network, no token."""
    folder = out or Path(tempfile.mkdtemp(prefix="hubtrends-demo-"))
    with stop_on_signal() as stop, open_reporter(narration()) as reporter:
        files = run_demo(folder, seed, reporter, stop)
    narration().print("The report, and the database to ask:", highlight=False)
    for file in files:
        emit(f"{file}\n")
