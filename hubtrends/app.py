"""Register the commands and map errors to exit codes: hubtrends COMMAND [--config FILE] [--db FILE].

Data goes to stdout, narration and progress to stderr. An error that a person can act on is one line; any other error
is a fault of the program and shows its traceback. exit_codes.py has the codes.

To add a command: one module in commands/, its line here, its row in README.md.
"""

import traceback
from collections.abc import Callable
from datetime import datetime
from typing import Annotated

import typer

from hubtrends.commands import config, watch
from hubtrends.commands.backup import backup, restore
from hubtrends.commands.crawl import crawl
from hubtrends.commands.daemon import daemon
from hubtrends.commands.demo import demo
from hubtrends.commands.doctor import doctor
from hubtrends.commands.drop_snapshot import drop_snapshot
from hubtrends.commands.export import export
from hubtrends.commands.forget import forget
from hubtrends.commands.history import compare, history
from hubtrends.commands.import_ import import_
from hubtrends.commands.options import Shell, utc_now
from hubtrends.commands.prune import prune
from hubtrends.commands.report import report
from hubtrends.commands.sql import sql
from hubtrends.commands.status import status
from hubtrends.commands.trends import trends
from hubtrends.commands.weekly import weekly
from hubtrends.confined import Confinement
from hubtrends.exit_codes import ExitCode, exit_code_for, explain, printable
from hubtrends.files import is_utf8
from hubtrends.jobs.backups import remedy
from hubtrends.logs import LogFormat, configure_logging
from hubtrends.output.streams import emit
from hubtrends.secrets import without_secrets
from hubtrends.version import VERSION

app = typer.Typer(
    name="hubtrends",
    help="Keeps the history of the Hugging Face Hub and reports what moved, week over week.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(weekly)
app.command()(crawl)
app.command()(report)
app.command()(trends)
app.command()(history)
app.command()(compare)
app.command()(sql)
app.command()(daemon)
app.command()(status)
app.command()(doctor)
app.command()(export)
app.command("import")(import_)
app.command()(backup)
app.command()(restore)
app.command()(prune)
app.command()(drop_snapshot)
app.command()(forget)
app.add_typer(watch.app, name="watch")
app.add_typer(config.app, name="config")
app.command()(demo)


def _show_version(wanted: bool) -> None:
    if wanted:
        emit(f"hubtrends {VERSION}\n")
        raise typer.Exit


@app.callback()
def options(
    ctx: typer.Context,
    version: Annotated[  # noqa: ARG001 -- its callback ends the program
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
    verbose: Annotated[
        int, typer.Option("--verbose", "-v", count=True, help="Log each step; -vv also logs each decision.")
    ] = 0,
    log_format: Annotated[
        LogFormat, typer.Option("--log-format", help="Format of log lines on stderr.")
    ] = LogFormat.TEXT,
) -> None:
    """Keeps the history of the Hugging Face Hub and reports what moved, week over week."""
    configure_logging(verbose, log_format, timed=ctx.invoked_subcommand == "daemon")
    ctx.meta[LogFormat.__name__] = log_format


def run(arguments: list[str], confinement: Confinement | None = None, clock: Callable[[], datetime] = utc_now) -> int:
    """Run one command and return its exit code; `confinement` is that of a child process."""
    try:
        for word in arguments:
            if not is_utf8(word):
                typer.echo(f"Error: {printable(word)} is not UTF-8", err=True)
                return ExitCode.USAGE
        app(arguments, obj=Shell(clock, confinement))
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else ExitCode.OK
    except BaseException as error:  # noqa: BLE001
        return report_failure(error)
    return ExitCode.OK


def report_failure(error: BaseException) -> ExitCode:
    """Print an error on stderr, a fault of the program with its traceback; return the code."""
    code = exit_code_for(error)
    if code is ExitCode.FAILED:
        typer.echo(without_secrets(traceback.format_exc()), err=True)
    if line := explain(error):
        typer.echo(f"hubtrends: {line}", err=True)
    if (more := remedy(error)) is not None:
        typer.echo(f"hubtrends: {printable(more)}", err=True)
    return code
