"""weekly, crawl and report: the work itself."""

import contextlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from crawler.kinds import Kind, Scope
from hubtrends.commands.options import (
    AsOfOption,
    ConfigOption,
    DbOption,
    moment,
    narration,
    settings_for,
    stop_on_signal,
    utc_now,
    week,
)
from hubtrends.config.settings import Settings
from hubtrends.exit_codes import ExitCode
from hubtrends.jobs.context import RunContext
from hubtrends.jobs.crawl import CrawlResult, run_crawl
from hubtrends.jobs.report import run_report
from hubtrends.output.streams import emit
from hubtrends.progress.reporter import open_reporter
from hubtrends.times import Week

KindsArgument = Annotated[list[Kind] | None, typer.Argument(help="Which kinds; all that are configured without it.")]
ScopeOption = Annotated[
    Scope | None,
    typer.Option(help="head: top lists, what is new, what is watched. full: every repository. Default as configured."),
]
OutOption = Annotated[Path | None, typer.Option(help="Folder of the reports; default as configured.")]


@contextlib.contextmanager
def run_context(settings: Settings) -> Iterator[RunContext]:
    """A program that tells of its work on stderr and can be stopped."""
    with stop_on_signal() as stop, open_reporter(narration()) as reporter:
        yield RunContext(settings, utc_now, reporter, stop)


def weekly(scope: ScopeOption = None, out: OutOption = None, config: ConfigOption = None, db: DbOption = None) -> None:
    """Crawl, then write the report: the main job."""
    settings = settings_for(config, db)
    with run_context(settings) as context:
        crawled = run_crawl(context, settings.crawl.kinds, scope or settings.crawl.scope)
        files = run_report(context, context.now(), None, out or settings.reports)
    _tell_crawled(crawled)
    _print_files(files)
    raise typer.Exit(ExitCode.OK if crawled.complete else ExitCode.INCOMPLETE)


def crawl(
    kinds: KindsArgument = None,
    scope: ScopeOption = None,
    observed_at: Annotated[
        datetime | None,
        typer.Option(parser=moment, metavar="TIME", help="Stored as the time of every snapshot of this run."),
    ] = None,
    accept_removals: Annotated[
        bool,
        typer.Option("--accept-removals", help="Believe a full walk that misses more than 2 % of the known."),
    ] = False,
    config: ConfigOption = None,
    db: DbOption = None,
) -> None:
    """Take snapshots; a walk that was cut off goes on where it stood."""
    settings = settings_for(config, db)
    wanted = list(dict.fromkeys(kinds)) if kinds else settings.crawl.kinds
    with run_context(settings) as context:
        crawled = run_crawl(
            context,
            wanted,
            scope or settings.crawl.scope,
            observed_at=observed_at,
            accept_removals=accept_removals,
        )
    _tell_crawled(crawled)
    raise typer.Exit(ExitCode.OK if crawled.complete else ExitCode.INCOMPLETE)


def report(
    of_week: Annotated[
        Week | None, typer.Option("--week", parser=week, metavar="WEEK", help="An ISO week, such as 2026-W19.")
    ] = None,
    as_of: AsOfOption = None,
    out: OutOption = None,
    config: ConfigOption = None,
    db: DbOption = None,
) -> None:
    """Write the report of a week, or of now."""
    if of_week and as_of:
        raise typer.BadParameter("give --week or --as-of, not both")
    settings = settings_for(config, db)
    with run_context(settings) as context:
        files = run_report(context, as_of or context.now(), of_week, out or settings.reports)
    _print_files(files)


def _tell_crawled(crawled: CrawlResult) -> None:
    console = narration()
    for snapshot in crawled.taken:
        console.print(snapshot.told(), highlight=False, markup=False, soft_wrap=True)


def _print_files(files: list[Path]) -> None:
    for file in files:
        emit(f"{file}\n")
