"""crawl: take snapshots of the Hub."""

from datetime import datetime
from typing import Annotated

import typer

from crawler.kinds import Kind, Scope
from hubtrends.commands.options import ConfigOption, DbOption, moment, say, settings_for
from hubtrends.commands.running import run_context
from hubtrends.exit_codes import ExitCode
from hubtrends.jobs.crawl import CrawlRequest, run_crawl

KindsArgument = Annotated[list[Kind] | None, typer.Argument(help="Which kinds; default as configured.")]
ScopeOption = Annotated[
    Scope | None,
    typer.Option(help="head: top lists, new and watched entities. full: every repository. Default as configured."),
]


def crawl(
    ctx: typer.Context,
    kinds: KindsArgument = None,
    scope: ScopeOption = None,
    observed_at: Annotated[
        datetime | None,
        typer.Option(parser=moment, metavar="TIME", help="Stored as the time of every snapshot of this run."),
    ] = None,
    accept_removals: Annotated[
        bool,
        typer.Option("--accept-removals", help="Accept removals even if more than 2 % of known entities are missing."),
    ] = False,
    config: ConfigOption = None,
    db: DbOption = None,
) -> None:
    """Take snapshots; an interrupted walk is resumed."""
    settings = settings_for(config, db)
    request = CrawlRequest(
        tuple(dict.fromkeys(kinds)) if kinds else settings.crawl.kinds,
        scope or settings.crawl.scope,
        observed_at=observed_at,
        accept_removals=accept_removals,
    )
    with run_context(ctx, settings) as context:
        crawled = run_crawl(context, request)
    for snapshot in crawled.taken:
        say(snapshot.describe())
    raise typer.Exit(ExitCode.OK if crawled.complete else ExitCode.INCOMPLETE)
