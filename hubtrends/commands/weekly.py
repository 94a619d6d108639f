"""weekly: crawl the Hub, then write the report."""

import typer

from hubtrends.commands.crawl import ScopeOption
from hubtrends.commands.options import ConfigOption, DbOption, OutOption, settings_for
from hubtrends.commands.reported import tell_report
from hubtrends.commands.running import run_context
from hubtrends.exit_codes import ExitCode
from hubtrends.jobs.crawl import CrawlRequest
from hubtrends.jobs.report import ReportRequest
from hubtrends.jobs.weekly import run_weekly


def weekly(
    ctx: typer.Context,
    scope: ScopeOption = None,
    out: OutOption = None,
    config: ConfigOption = None,
    db: DbOption = None,
) -> None:
    """Crawl, then write the report: the main job."""
    settings = settings_for(config, db)
    crawl = CrawlRequest(settings.crawl.kinds, scope or settings.crawl.scope)
    with run_context(ctx, settings) as context:
        done = run_weekly(context, crawl, ReportRequest(out or settings.reports))
    tell_report(ctx, settings, done.files)
    raise typer.Exit(ExitCode.OK if done.crawled.complete else ExitCode.INCOMPLETE)
