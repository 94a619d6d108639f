"""daemon: run the schedule in the foreground."""

import typer

from hubtrends.commands.options import ConfigOption, DbOption, settings_for
from hubtrends.commands.running import stop_on_signal
from hubtrends.daemon.daemon import run_daemon
from hubtrends.jobs.context import RunContext
from hubtrends.progress.reporter import LoggingReporter
from hubtrends.shell import shell_of


def daemon(ctx: typer.Context, config: ConfigOption = None, db: DbOption = None) -> None:
    """Run the schedule in the foreground until SIGTERM, SIGHUP or Ctrl-C."""
    settings = settings_for(config, db)
    with stop_on_signal() as stop:
        reporter = LoggingReporter()
        reporter.log(f"running the schedule of {settings.database}; stop with Ctrl-C or SIGTERM")
        run_daemon(RunContext(settings, shell_of(ctx).clock, reporter, stop))
        reporter.log("stopped")
