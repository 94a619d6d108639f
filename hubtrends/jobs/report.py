"""Write the report of a week.

analyse_report    the week as records, from any connection to the store
run_report        analyse, render, publish, note in the journal, store the lists for SQL
"""

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from analysis.records import WeekAnalysis
from analysis.week import analyse_week
from crawler.plan import WatchedEntity
from db.commit.paths import Files
from db.reference_tables import use_reference
from hubtrends.config.ranking import ranking_limits
from hubtrends.config.settings import Settings
from hubtrends.errors import NoDataYetError
from hubtrends.jobs.context import RunContext, record_run, watch_list
from hubtrends.jobs.custom_sections import custom_tables
from hubtrends.jobs.journal import Outcome
from hubtrends.jobs.reference import reference_of
from hubtrends.jobs.report_lists import commit_report_lists
from hubtrends.store import open_store
from hubtrends.times import Week
from reports.document import CustomTable

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """The week to report, the folder to write to, and the scheduled job, if any."""

    folder: Path
    week: Week | None = None
    as_of: datetime | None = None
    """The end of the week if `week` is None; if both are None, the week ends now."""
    job: str = "report"
    period: datetime | None = None

    def ends_at(self, now: datetime) -> datetime:
        """Return the end of the reported week."""
        return self.week.end if self.week else self.as_of or now


def analyse_report(con: duckdb.DuckDBPyConnection, settings: Settings, as_of: datetime) -> WeekAnalysis:
    """Analyse the week that ends at `as_of`, with the watch list, owners and topics of the settings."""
    entries = watch_list(settings)
    use_reference(con, reference_of(settings))
    logger.info("analysing the week that ends at %s", as_of)
    return analyse_week(
        con,
        as_of=as_of,
        limits=ranking_limits(settings),
        watched=[(entity.kind, entity.id) for entity in entries.entities],
        authors=entries.authors,
    )


def run_report(context: RunContext, request: ReportRequest, analysis: WeekAnalysis | None = None) -> list[Path]:
    """Write a report and return its files.

    If `analysis` is given, its lists are stored already. Otherwise the week is analysed here, and its lists are
    committed after the report is published. Raises NoDataYetError if there is no snapshot by that time.
    """
    settings = context.settings
    logger.debug("the week was analysed in the commit of the crawl: %s", analysis is not None)
    with record_run(context, request.job, request.period, required=False) as run:
        results = analysis
        if results is None:
            now = context.now()
            with open_store(settings, now, context.reporter.log) as con:
                results = analyse_report(con, settings, request.ends_at(now))
        if not results.quality.used:
            raise NoDataYetError(settings.database, results.as_of)
        custom = custom_tables(context, results.as_of)
        stem, files = _publish(settings, request, results, custom)
        if run.kept:
            used = [snapshot.snapshot_id for snapshot in results.quality.used]
            context.journal.note_report(run.run_id, results.as_of, stem, used, _named(results), context.now())
        run.ends(Outcome.DONE, f"{stem} in {request.folder}")
    if analysis is None:
        commit_report_lists(context, results)
    return files


def _publish(
    settings: Settings, request: ReportRequest, results: WeekAnalysis, custom: Sequence[CustomTable]
) -> tuple[str, list[Path]]:
    """Write the report in every language, then the site pages; return the stem and the files of the report."""
    _place_chart_cache(settings.database)
    from reports.build import build  # lazy: importing Matplotlib takes half a second
    from reports.publish import publish
    from reports.render.html import language_tag
    from reports.render.render import render
    from reports.site.site import write_site

    week = str(request.week) if request.week else None
    files: list[Path] = []
    first, *others = (build(results, week=week, code=code, custom=custom) for code in settings.report.languages)
    logger.info("rendering %s in %s", first.week, ", ".join(settings.report.languages))
    files += publish(request.folder, first.week, render(first))
    for report in others:
        files += publish(request.folder, f"{report.week}.{language_tag(report.language)}", render(report))
    write_site(request.folder, settings.report.site_url, settings.report.languages)
    return first.week, files


def _place_chart_cache(database: Path) -> None:
    """Put the Matplotlib cache next to the database if the home is not writable."""
    home = os.path.expanduser("~")  # noqa: PTH111 -- Path.home() raises where there is none
    folders = (("XDG_CONFIG_HOME", ".config"), ("XDG_CACHE_HOME", ".cache"))
    used = [Path(os.environ.get(name) or f"{home}/{usual}") for name, usual in folders]
    if "MPLCONFIGDIR" not in os.environ and not all(map(_is_writable, used)):
        os.environ["MPLCONFIGDIR"] = str(Files.of(database).named(".matplotlib"))
        logger.debug("the home is not writable; the cache of charts is %s", os.environ["MPLCONFIGDIR"])
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # works without a cache, but warns in seven lines


def _is_writable(folder: Path) -> bool:
    """Return whether a folder can be created there, as Matplotlib tries to."""
    try:
        (folder / "matplotlib").mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder / "matplotlib", os.W_OK)


def _named(results: WeekAnalysis) -> list[WatchedEntity]:
    """Return the distinct entities of all lists."""
    picks = (pick for kind in results.kinds for ranked in kind.lists for pick in ranked.picks)
    entities = dict.fromkeys(pick.change.entity for pick in picks)
    return list(dict.fromkeys(WatchedEntity(entity.kind, entity.id, entity.hub_id) for entity in entities))
