"""doctor: check everything and name the remedies."""

from typing import Annotated

import typer

from hubtrends.commands.options import ConfigOption, DbOption, FormatOption, settings_for, show
from hubtrends.commands.running import narration, progress
from hubtrends.config.settings import Settings
from hubtrends.errors import ConfigError
from hubtrends.exit_codes import ExitCode
from hubtrends.health.doctor import is_healthy, run_checks
from hubtrends.output.rows import Format, Rows
from hubtrends.shell import shell_of


def doctor(
    ctx: typer.Context,
    online: Annotated[
        bool, typer.Option("--online", help="Also ask the Hub: one request, a few with a token.")
    ] = False,
    deep: Annotated[
        bool, typer.Option("--deep", help="Read every row of the database and check all invariants.")
    ] = False,
    style: FormatOption = Format.TABLE,
    config: ConfigOption = None,
    db: DbOption = None,
) -> None:
    """Check everything and name the remedies; change nothing."""
    configured: Settings | ConfigError
    try:
        configured = settings_for(config, db)
    except ConfigError as error:
        configured = error
    with progress(narration()) as log:
        found = run_checks(configured, shell_of(ctx).clock(), online=online, deep=deep, log=log)
    rows = [(one.check, one.verdict, one.what, one.remedy) for one in found]
    show(Rows(("check", "verdict", "what", "remedy"), rows), style)
    raise typer.Exit(ExitCode.OK if is_healthy(found) else ExitCode.ATTENTION)
