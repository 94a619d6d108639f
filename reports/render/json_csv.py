"""Renders the records of a report for programs: JSON with all of them, CSV with one row per entity and list.

JSON is ASCII, with null for NaN and infinity. An empty CSV cell means unknown. Downloads have their own CSV columns,
because their numbers before and now cover 30 days and their gain does not.
"""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from analysis.list_columns import Row, change_row, entity_row, list_row, with_own_downloads
from analysis.records import UNPUBLISHED, Change, Entity, KindWeek, Metric, Trending, WeekAnalysis
from reports.document import Report, plain
from reports.tables import gain_per_week
from reports.text import labels
from reports.text.escaping import csv_cell
from reports.text.format import iso, json_value

FORMAT = "hubtrends-report/2"

COLUMNS = (
    *("list", "kind", "metric", "place", "flat_place", "root"),
    *("place_before", "weeks_listed", "first_listed", "best_place"),
    *("id", "hub_id", "title", "author", "url", "basis", "span_days"),
    *("before", "now", "gain", "gain_per_7_days", "percent"),
    *("downloads_30_days_before", "downloads_30_days", "likes", "hub_rank_before", "hub_rank", "status", "flags"),
    *("impact", "score", "lift", "lower_bound", "since", "granularity", "breakout"),
    *("this_week", "baseline_week", "daily_noise", "drift"),
    *("upvotes_day_1", "upvotes_day_3", "upvotes_day_7", "upvotes_day_14", "github_stars_gain"),
    *("age_days", "created_at", "task", "library", "license", "parameters", "sdk"),
)

CSV_NAMES = {
    "downloads_before": "downloads_30_days_before",
    "downloads_now": "downloads_30_days",
    "likes_now": "likes",
    "rank_before": "hub_rank_before",
    "rank_now": "hub_rank",
}
"""The columns of analysis/list_columns.py that have a longer name in CSV, where one file has the rows of all lists."""


def render_json(report: Report) -> str:
    """Return the sentences and the records of a report."""
    document = {
        "format": FORMAT,
        "week": report.week,
        "language": report.language,
        "headline": report.headline,
        "dateline": plain(report.dateline),
        "as_of": iso(report.as_of),
        "watermark": plain(report.watermark) if report.watermark else None,
        "sentences": [plain(sentence) for sentence in report.sentences],
        "banners": [plain(banner) for banner in report.banners],
        "results": jsonable(report.records),
    }
    return json.dumps(document, indent=1, allow_nan=False) + "\n"


def jsonable(value: Any) -> Any:
    """Return records as JSON objects; an entity also has its address."""
    if isinstance(value, tuple):
        return [jsonable(item) for item in value]
    if is_dataclass(value):
        shown = [field.name for field in fields(value) if field.metadata != UNPUBLISHED]
        record = {name: jsonable(getattr(value, name)) for name in shown}
        return record | {"url": labels.url(value)} if isinstance(value, Entity) else record
    return json_value(value)


def render_csv(report: Report) -> str:
    """Return one row per entity of each list, of the Hub's own order and of the watch list."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in _rows(report.records):
        writer.writerow([_cell(row.get(column)) for column in COLUMNS])
    return text.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, list):
        value = "; ".join(value)
    elif isinstance(value, bool):
        value = str(value).lower()
    value = json_value(value)
    return csv_cell(value) if isinstance(value, str) else value


def _rows(results: WeekAnalysis) -> Iterator[Row]:
    for week in results.kinds:
        for ranked in week.lists:
            yield from (_changed(list_row(ranked.name, week.pair, pick), pick.change) for pick in ranked.picks)
        yield from (_trending(place, week) for place in week.trending)
    yield from (_changed({"list": "watched"} | change_row(change), change) for change in results.watched)


def _changed(row: Row, change: Change) -> Row:
    row = with_own_downloads(row, change)
    named = {CSV_NAMES.get(column, column): value for column, value in row.items()}
    return named | {"url": labels.url(change.entity), "gain_per_7_days": gain_per_week(change)}


def _trending(place: Trending, week: KindWeek) -> Row:
    metric = labels.vote_metric(week.kind)
    likes = metric is Metric.LIKES
    return {
        **entity_row(place.entity),
        "url": labels.url(place.entity),
        "list": "hub order",
        "metric": metric,
        "basis": week.pair.basis,
        "span_days": week.pair.span_days,
        "now": place.likes if likes else place.upvotes,
        "gain": place.likes_gain if likes else place.upvotes_gain,
        "downloads_30_days": place.downloads,
        "likes": place.likes,
        "hub_rank_before": place.rank_before,
        "hub_rank": place.rank,
    }
