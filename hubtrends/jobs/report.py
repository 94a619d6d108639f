"""The report of a week: the store is read, the week analysed, rendered and published, what it rests on noted, and what
it says in its lists stored for SQL.
"""

import logging
import os
from datetime import UTC, datetime
from datetime import time as time_of_day
from pathlib import Path

from analysis.config import RankingConfig
from analysis.records import WeekAnalysis
from analysis.week import analyse_week
from crawler.plan import WatchedEntity
from db.commit.paths import Files
from hubtrends.config.settings import Settings
from hubtrends.errors import NoDataYetError
from hubtrends.jobs.context import RunContext, open_store, record_run, watched
from hubtrends.jobs.journal import Outcome
from hubtrends.jobs.report_lists import remember
from hubtrends.times import Week


def run_report(
    context: RunContext,
    as_of: datetime,
    week: Week | None,
    folder: Path,
    *,
    job: str = "report",
    period: datetime | None = None,
) -> list[Path]:
    """Write the report of a week, or as of a moment, and return its files; its lists are stored if that can be done.

    Raises NoDataYetError when the store held no snapshot by then.
    """
    _place_chart_cache(context.settings.database)
    from reports.build import build  # imported here: matplotlib would cost every other command half a second
    from reports.publish import publish
    from reports.render.render import render

    moment, entries = week.end if week else as_of, watched(context.settings)
    stem = f"hubtrends-{week or _stem(moment)}"
    with record_run(context, job, period, required=False) as run:
        with open_store(context.settings, context.now(), context.reporter.log) as con:
            results = analyse_week(
                con,
                as_of=moment,
                limits=ranking_limits(context.settings),
                watched=[(entity.kind, entity.id) for entity in entries.entities],
                authors=entries.authors,
            )
        if not results.quality.used:
            raise NoDataYetError(context.settings.database, moment)
        files = publish(folder, stem, render(build(results, week=str(week) if week else None), results))
        if run.kept:
            used = [snapshot.snapshot_id for snapshot in results.quality.used]
            context.journal.note_report(run.run_id, moment, stem, used, _named(results), context.now())
        run.ends(Outcome.DONE, f"{stem} in {folder}")
    remember(context, results)
    return files


def _place_chart_cache(database: Path) -> None:
    """Have Matplotlib keep its cache beside the database where there is no home folder to keep it in."""
    if "MPLCONFIGDIR" not in os.environ and not all(map(_is_writable, _home_folders())):
        os.environ["MPLCONFIGDIR"] = str(Files.of(database).beside(".matplotlib"))
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # it can do without, and says so in seven lines


def _home_folders() -> list[Path]:
    home = os.path.expanduser("~")  # noqa: PTH111 -- Path.home() raises where there is none
    folders = (("XDG_CONFIG_HOME", ".config"), ("XDG_CACHE_HOME", ".cache"))
    return [Path(os.environ.get(name) or f"{home}/{usual}") for name, usual in folders]


def _is_writable(folder: Path) -> bool:
    """Whether a folder can be made in it; Matplotlib tries the same."""
    try:
        (folder / "matplotlib").mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder / "matplotlib", os.W_OK)


def ranking_limits(settings: Settings, rows: int | None = None) -> RankingConfig:
    """The configured limits of a ranking, with another length of the lists if that is wanted."""
    trends = settings.trends
    return RankingConfig(
        rows or trends.limit, trends.shrink.downloads, trends.shrink.likes, trends.shrink.upvotes,
        trends.shock.banner, trends.shock.withhold,
    )  # fmt: skip


def _stem(moment: datetime) -> str:
    """The name of a report that is not of a whole week: the day, and the time of day where it is not midnight."""
    moment = moment.astimezone(UTC)
    return f"{moment:%Y-%m-%d}" if moment.time() == time_of_day() else f"{moment:%Y-%m-%dT%H%MZ}"


def _named(results: WeekAnalysis) -> list[WatchedEntity]:
    """Everything that the lists of a report name, each entity once."""
    picks = (pick for kind in results.kinds for ranked in kind.lists for pick in ranked.picks)
    entities = dict.fromkeys(pick.change.entity for pick in picks)
    return list(dict.fromkeys(WatchedEntity(entity.kind, entity.id, entity.hub_id) for entity in entities))
