"""The commands of the command line: hubtrends COMMAND [--config FILE] [--db FILE].

Data goes to stdout, narration and progress to stderr; how a command ended is its exit code (exits.py). An error that a
person can act on is one line; anything else is a fault of the program and shows where it happened.
"""

import logging
import traceback
from typing import Annotated

import typer
from rich.logging import RichHandler

from hubtrends.commands import (
    configuring,
    drop_snapshot,
    forget,
    importing,
    jobs,
    keeping,
    looking,
    moving,
    pruning,
    questions,
    sql,
    watching,
)
from hubtrends.commands.options import narration
from hubtrends.confined import Confinement
from hubtrends.exit_codes import ExitCode, exit_code_for, explain, printable
from hubtrends.files import is_utf8
from hubtrends.jobs.backups import remedy
from hubtrends.output.streams import emit
from hubtrends.secrets import SecretFormatter, without_secrets
from hubtrends.version import VERSION

app = typer.Typer(
    name="hubtrends",
    help="Keeps the history of the Hugging Face Hub and reports what moved, week over week.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(jobs.weekly)
app.command()(jobs.crawl)
app.command()(jobs.report)
app.command()(questions.trends)
app.command()(questions.history)
app.command()(questions.compare)
app.command()(sql.sql)
app.command()(keeping.daemon)
app.command()(looking.status)
app.command()(looking.doctor)
app.command()(moving.export)
app.command("import")(importing.import_)
app.command()(moving.backup)
app.command()(moving.restore)
app.command()(pruning.prune)
app.command()(drop_snapshot.drop_snapshot)
app.command()(forget.forget)
app.add_typer(watching.app, name="watch")
app.add_typer(configuring.app, name="config")
app.command()(keeping.demo)


def _show_version(wanted: bool) -> None:
    if wanted:
        emit(f"hubtrends {VERSION}\n")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Keeps the history of the Hugging Face Hub and reports what moved, week over week."""


def log_to_stderr() -> None:
    """Send warnings of the program and its libraries to stderr."""
    handler = RichHandler(console=narration(), show_time=False, show_path=False, show_level=False)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    handler.setFormatter(SecretFormatter("%(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


def run(arguments: list[str], confinement: Confinement | None = None) -> int:
    """Run one command and return its exit code; `confinement` is that of a child process."""
    try:
        for word in arguments:
            if not is_utf8(word):
                typer.echo(f"Error: {printable(word)} is not UTF-8", err=True)
                return ExitCode.USAGE
        app(arguments, obj=confinement)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else ExitCode.OK
    except BaseException as error:  # noqa: BLE001
        return tell_failure(error)
    return ExitCode.OK


def tell_failure(error: BaseException) -> ExitCode:
    """Say what went wrong on stderr and return the exit code; a fault of the program shows where it happened."""
    code = exit_code_for(error)
    if code is ExitCode.FAILED:
        typer.echo(without_secrets(traceback.format_exc()), err=True)
    if line := explain(error):
        typer.echo(f"hubtrends: {line}", err=True)
    if (more := remedy(error)) is not None:
        typer.echo(f"hubtrends: {printable(more)}", err=True)
    return code
