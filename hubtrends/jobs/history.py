"""Read all stored numbers of an entity, and the counters of several entities side by side."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from analysis.records import METRICS, Metric
from crawler.kinds import Kind
from hubtrends.config.settings import Settings
from hubtrends.errors import UnknownEntityError
from hubtrends.jobs.names import resolve
from hubtrends.output.rows import Rows
from hubtrends.store import open_store

logger = logging.getLogger(__name__)

HISTORY = """
SELECT * EXCLUDE (trending_score, rank, scope, complete, stale, origin),
       trending_score, rank, scope, complete, stale, origin
FROM history($id)
WHERE $kind IS NULL OR kind = $kind
"""

TITLES = """
SELECT e.kind, e.hub_id, coalesce(p.title, a.title)
FROM entities AS e
LEFT JOIN paper_attributes AS p ON p.entity_key = e.entity_key AND p.valid_to IS NULL
LEFT JOIN article_attributes AS a ON a.entity_key = e.entity_key AND a.valid_to IS NULL
WHERE e.hub_id IN (SELECT unnest($hub_ids::VARCHAR[]))
"""

COMPARED = """
SELECT kind, id, observed_at, downloads, likes, upvotes FROM history($id) WHERE $kind IS NULL OR kind = $kind
"""


def read_history(settings: Settings, entity: str, now: datetime, log: Callable[[str], None]) -> Rows:
    """Return every observation of an entity, oldest first; raises UnknownEntityError.

    If several entities had the name, their rows follow one another; the first four columns identify the entity.
    """
    with open_store(settings, now, log) as con:
        name = resolve(con, settings.database, entity, log)
        found = con.execute(HISTORY, {"id": name.id, "kind": name.kind})
        columns, numbers = [column[0] for column in found.description or ()], found.fetchall()
        hub_ids = list({hub_id for _, _, hub_id, *_ in numbers})
        titles = {(k, h): title for k, h, title in con.execute(TITLES, {"hub_ids": hub_ids}).fetchall()}
    rows = Rows(
        [*columns[:3], "title", *columns[3:]], [(*row[:3], titles[row[0], row[2]], *row[3:]) for row in numbers]
    )
    logger.debug("%d observations of %s", len(rows.rows), entity)
    if not rows.rows:
        raise UnknownEntityError(settings.database, entity)
    return rows


@dataclass(frozen=True, slots=True)
class Series:
    """The counters of one entity by time of observation."""

    kind: Kind
    id: str
    numbers: dict[Metric, dict[datetime, int | None]]


def read_series(settings: Settings, names: Sequence[str], now: datetime, log: Callable[[str], None]) -> list[Series]:
    """Return one series for each entity that has one of the names; raises UnknownEntityError."""
    series: list[Series] = []
    with open_store(settings, now, log) as con:
        for name in dict.fromkeys(resolve(con, settings.database, name, log) for name in names):
            found: dict[tuple[Kind, str], Series] = {}
            for kind, id_, at, *numbers in con.execute(COMPARED, {"id": name.id, "kind": name.kind}).fetchall():
                one = found.setdefault((kind, id_), Series(Kind(kind), id_, {metric: {} for metric in Metric}))
                for metric, number in zip(Metric, numbers, strict=True):
                    one.numbers[metric][at] = number
            if not found:
                raise UnknownEntityError(settings.database, name.id)
            series += found.values()
    return series


def common_metrics(series: Sequence[Series]) -> list[Metric]:
    """Return the counters that the kinds of all series have."""
    return [metric for metric in METRICS[series[0].kind] if all(metric in METRICS[one.kind] for one in series)]


def align(series: Sequence[Series], metric: Metric) -> Rows:
    """Return one row per time of observation and one column per series; a repeated name gets its kind."""
    times = sorted({at for one in series for at in one.numbers[metric]})
    names = [one.id for one in series]
    columns = [one.id if names.count(one.id) == 1 else f"{one.kind} {one.id}" for one in series]
    return Rows(("observed_at", *columns), [(at, *(one.numbers[metric].get(at) for one in series)) for at in times])
