"""report: write the report of a week from the store."""

from typing import Annotated

import typer

from hubtrends.commands.options import AsOfOption, ConfigOption, DbOption, OutOption, settings_for, week
from hubtrends.commands.reported import tell_report
from hubtrends.commands.running import run_context
from hubtrends.jobs.report import ReportRequest, run_report
from hubtrends.times import Week


def report(
    ctx: typer.Context,
    of_week: Annotated[
        Week | None, typer.Option("--week", parser=week, metavar="WEEK", help="An ISO week, such as 2026-W19.")
    ] = None,
    as_of: AsOfOption = None,
    out: OutOption = None,
    config: ConfigOption = None,
    db: DbOption = None,
) -> None:
    """Write the report of a week; default the week that ends now."""
    if of_week and as_of:
        raise typer.BadParameter("give --week or --as-of, not both")
    settings = settings_for(config, db)
    with run_context(ctx, settings) as context:
        files = run_report(context, ReportRequest(out or settings.reports, week=of_week, as_of=as_of))
    tell_report(ctx, settings, files)
