"""Register the commands and map errors to exit codes: hubtrends COMMAND [--config FILE] [--db FILE].

Data goes to stdout, messages and progress to stderr. An error that a person can act on is one line; any other error is
a fault of the program and shows its traceback. exit_codes.py has the codes. The module of a command is imported when
the command is used, so that help is quick.

To add a command: one module in commands/, its line here, its row in README.md.
"""

import traceback
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from hubtrends.confined import Confinement
from hubtrends.exit_codes import ExitCode
from hubtrends.files import is_utf8
from hubtrends.lazy_command import LazyCommand
from hubtrends.logs import LogFormat, configure_logging
from hubtrends.output.streams import emit, printable
from hubtrends.secrets import without_secrets
from hubtrends.shell import VERBOSE, Shell, utc_now
from hubtrends.usage import readable_usage_errors

COMMANDS = (
    LazyCommand("weekly", "weekly:weekly", "Crawl, then write the report: the main job."),
    LazyCommand("crawl", "crawl:crawl", "Take snapshots; an interrupted walk is resumed."),
    LazyCommand("report", "report:report", "Write the report of a week; default the week that ends now."),
    LazyCommand("open", "open:open_", "Open the newest report in the browser; print its path."),
    LazyCommand("trends", "trends:trends", "Show what moved in the week: the entities of a kind, or a group of them."),
    LazyCommand("history", "history:history", "Show all stored numbers of an entity."),
    LazyCommand("compare", "history:compare", "Compare entities over time; downloads are the 30-day figures."),
    LazyCommand("sql", "sql:sql", "Query the database in SQL, read-only."),
    LazyCommand("daemon", "daemon:daemon", "Run the schedule in the foreground until SIGTERM, SIGHUP or Ctrl-C."),
    LazyCommand(
        "status", "status:status", "Show what ran, what is stored, what is due next, and what needs attention."
    ),
    LazyCommand("doctor", "doctor:doctor", "Check everything and name the remedies; change nothing."),
    LazyCommand(
        "export", "export:export", "Export the history as Parquet; write only what is new since the last export."
    ),
    LazyCommand("import", "import_:import_", "Import the history of another archive, marked as imported."),
    LazyCommand("backup", "backup:backup", "Write a verified copy of the database; readers and writers may continue."),
    LazyCommand("restore", "backup:restore", "Replace the database with a backup; the old file is kept next to it."),
    LazyCommand("prune", "prune:prune", "Delete old snapshots as configured and shrink the file."),
    LazyCommand("drop-snapshot", "drop_snapshot:drop_snapshot", "Delete snapshots and all their data."),
    LazyCommand("forget", "forget:forget", "Remove an entity and everything that names it, for a privacy request."),
    LazyCommand("demo", "demo:demo", "Run the whole program against a simulated Hub: no network, no token."),
    LazyCommand("watch", "watch:app", "Edit the watch list: models, datasets, spaces, papers and authors."),
    LazyCommand("config", "config:app", "Show or check the configuration."),
)
"""Every command in the order of the help: its name, its place in commands/ and the first sentence of its help."""


class Commands(TyperGroup):
    """The group of all commands, which are imported when they are used."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        for command in COMMANDS:
            self.add_command(command)

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """Parse the options before the command."""
        with readable_usage_errors():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: Any) -> Any:
        """Parse the arguments of the command and run it."""
        with readable_usage_errors():
            return super().invoke(ctx)


app = typer.Typer(
    name="hubtrends",
    cls=Commands,
    help="Keeps the history of the Hugging Face Hub and reports what moved, week over week.",
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from hubtrends.version import VERSION

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
    ctx.meta[VERBOSE] = verbose
    if ctx.invoked_subcommand is None:
        from hubtrends.commands.digest import show_digest

        show_digest()


def run(arguments: list[str], confinement: Confinement | None = None, clock: Callable[[], datetime] = utc_now) -> int:
    """Run one command and return its exit code; `confinement` is set in a child process."""
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
    from hubtrends.failures import exit_code_for, explain, remedy

    code = exit_code_for(error)
    if code is ExitCode.FAILED:
        typer.echo(without_secrets(traceback.format_exc()), err=True)
    if line := explain(error):
        typer.echo(f"hubtrends: {line}", err=True)
    if (more := remedy(error)) is not None:
        typer.echo(f"hubtrends: {more}", err=True)
    return code
