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

from analysis.records import Change, Entity, KindWeek, Metric, Pick, RankedList, Trending, WeekAnalysis
from reports.document import Report, plain
from reports.tables import gain_per_week
from reports.text import labels
from reports.text.escaping import csv_cell
from reports.text.format import iso, json_value

FORMAT = "hubtrends-report/1"

COLUMNS = (
    *("list", "kind", "metric", "place", "place_before", "weeks_listed", "first_listed", "best_place"),
    *("id", "hub_id", "title", "author", "url", "basis", "span_days"),
    *("before", "now", "gain", "gain_per_7_days", "percent"),
    *("downloads_30_days_before", "downloads_30_days", "likes", "hub_rank_before", "hub_rank", "status", "flags"),
    *("score", "lift", "lower_bound", "since", "granularity", "breakout"),
    *("this_week", "baseline_week", "daily_noise", "drift"),
    *("upvotes_day_1", "upvotes_day_3", "upvotes_day_7", "upvotes_day_14", "github_stars_gain"),
    *("age_days", "created_at", "task", "library", "license", "parameters", "sdk"),
)

Value = str | int | float | None
Row = dict[str, Value]


def render_json(report: Report) -> str:
    """Return the sentences and the records of a report."""
    document = {
        "format": FORMAT,
        "title": report.title,
        "as_of": iso(report.as_of),
        "summary": [plain(sentence) for sentence in report.summary],
        "banners": [plain(banner) for banner in report.banners],
        "results": jsonable(report.records),
    }
    return json.dumps(document, indent=1, allow_nan=False) + "\n"


def jsonable(value: Any) -> Any:
    """Return records as JSON objects; an entity also has its address."""
    if isinstance(value, tuple):
        return [jsonable(item) for item in value]
    if is_dataclass(value):
        record = {field.name: jsonable(getattr(value, field.name)) for field in fields(value)}
        return record | {"url": labels.url(value)} if isinstance(value, Entity) else record
    return json_value(value)


def render_csv(report: Report) -> str:
    """Return one row per entity of each list, of the Hub's own order and of the watch list."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in _rows(report.records):
        values = [row.get(column) for column in COLUMNS]
        writer.writerow([csv_cell(value) if isinstance(value, str) else value for value in values])
    return text.getvalue()


def _rows(results: WeekAnalysis) -> Iterator[Row]:
    for week in results.kinds:
        for ranked in week.lists:
            yield from (_pick(pick, ranked, week) for pick in ranked.picks)
        yield from (_trending(place, week) for place in week.trending)
    yield from ({"list": "watched", **_change(change)} for change in results.watched)


def _pick(pick: Pick, ranked: RankedList, week: KindWeek) -> Row:
    row: Row = {"list": ranked.name, "place": pick.place, "basis": week.pair.basis, **_change(pick.change)}
    row |= {f"upvotes_day_{age}": votes for age, votes in pick.votes_at} | {"github_stars_gain": pick.stars_gain}
    if pick.list_history:
        row |= {"place_before": pick.list_history.place_before, "weeks_listed": pick.list_history.weeks}
        row |= {"first_listed": pick.list_history.first.isoformat(), "best_place": pick.list_history.best}
    if pick.score:
        since = pick.score.since.isoformat() if pick.score.since else None
        row |= {"score": pick.score.value, "lift": pick.score.lift, "lower_bound": pick.score.lower_bound}
        row |= {"since": since, "granularity": pick.score.granularity, "breakout": str(pick.score.breakout).lower()}
        row |= {term.replace(" ", "_"): number for term, number in pick.score.terms}
    return row


def _change(change: Change) -> Row:
    downloads = change.metric is Metric.DOWNLOADS
    return {
        **_entity(change.entity),
        "metric": change.metric,
        "span_days": change.span_days,
        "before": None if downloads else change.before,
        "now": None if downloads else change.now,
        "gain": change.gain,
        "gain_per_7_days": gain_per_week(change),
        "percent": change.percent,
        "downloads_30_days_before": change.before if downloads else None,
        "downloads_30_days": change.now if downloads else change.downloads_now,
        "likes": change.likes_now,
        "hub_rank_before": change.rank_before,
        "hub_rank": change.rank_now,
        "status": change.status,
        "flags": "; ".join(change.flags),
        "age_days": change.age_days,
    }


def _trending(place: Trending, week: KindWeek) -> Row:
    repo = week.kind.spec.is_repo
    return {
        **_entity(place.entity),
        "list": "hub order",
        "metric": Metric.LIKES if repo else Metric.UPVOTES,
        "basis": week.pair.basis,
        "span_days": week.pair.span_days,
        "now": place.likes if repo else place.upvotes,
        "gain": place.likes_gain if repo else place.upvotes_gain,
        "downloads_30_days": place.downloads,
        "likes": place.likes,
        "hub_rank_before": place.rank_before,
        "hub_rank": place.rank,
    }


def _entity(entity: Entity) -> Row:
    return {
        "kind": entity.kind,
        "id": entity.id,
        "hub_id": entity.hub_id,
        "title": entity.title,
        "author": entity.author,
        "url": labels.url(entity),
        "created_at": iso(entity.created_at) if entity.created_at else None,
        "task": entity.task,
        "library": entity.library,
        "license": entity.license,
        "parameters": entity.parameters,
        "sdk": entity.sdk,
    }
