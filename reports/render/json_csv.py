"""Renders a report's results for programs: JSON with everything, CSV with one row for each thing on each list.

JSON is ASCII and holds no number that JSON lacks. In CSV an empty cell means that the Hub did not say; downloads
stand in columns of their own, since their figures before and now are 30-day ones and their gain is not.
"""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any

from analysis.records import Change, KindWeek, Metric, Pick, RankedList, Thing, Trending, WeekResults
from reports.document import Report, plain
from reports.tables import gain_per_week
from reports.text import labels as words
from reports.text.escaping import csv_cell
from reports.text.format import iso
from reports.text.sanitize import cleaned

FORMAT = "hubtrends-report/1"

COLUMNS = (
    *("list", "kind", "metric", "place", "place_before", "weeks_listed", "first_listed", "best_place"),
    *("id", "hub_id", "title", "author", "url", "basis", "span_days"),
    *("before", "now", "gain", "gain_per_7_days", "percent"),
    *("downloads_30_days_before", "downloads_30_days", "likes", "hub_rank_before", "hub_rank", "status", "flags"),
    *("score", "factor", "factor_at_least", "since", "form", "breakout"),
    *("this_week", "usual_week", "noise_of_a_day", "drift"),
    *("upvotes_day_1", "upvotes_day_3", "upvotes_day_7", "upvotes_day_14", "github_stars_gain"),
    *("age_days", "created_at", "task", "library", "license", "parameters", "sdk"),
)

Value = str | int | float | None
Row = dict[str, Value]


def render_json(report: Report, results: WeekResults) -> str:
    """Return the report's words and all results."""
    document = {
        "format": FORMAT,
        "title": report.title,
        "as_of": iso(report.as_of),
        "standfirst": [plain(sentence) for sentence in report.standfirst],
        "banners": [plain(banner) for banner in report.banners],
        "results": jsonable(cleaned(results)),
    }
    return json.dumps(document, indent=1, allow_nan=False) + "\n"


def jsonable(value: Any) -> Any:
    """Return records as what JSON can hold; a thing carries its address."""
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [jsonable(item) for item in value]
    if is_dataclass(value):
        record = {field.name: jsonable(getattr(value, field.name)) for field in fields(value)}
        return record | {"url": words.url(value)} if isinstance(value, Thing) else record
    return value


def render_csv(results: WeekResults) -> str:
    """Return one row for each thing on each list, on the Hub's own order and on the watch list."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([_written(row.get(column)) for column in COLUMNS] for row in _rows(cleaned(results)))
    return text.getvalue()


def _written(value: Value) -> str:
    return "" if value is None else csv_cell(value) if isinstance(value, str) else str(value)


def _rows(results: WeekResults) -> Iterator[Row]:
    for week in results.kinds:
        for ranked in week.lists:
            yield from (_pick(pick, ranked, week) for pick in ranked.picks)
        yield from (_trending(place, week) for place in week.trending)
    yield from ({"list": "watched", **_change(change)} for change in results.watched)


def _pick(pick: Pick, ranked: RankedList, week: KindWeek) -> Row:
    row: Row = {"list": ranked.name, "place": pick.place, "basis": week.pair.basis, **_change(pick.change)}
    row |= {f"upvotes_day_{age}": votes for age, votes in pick.votes_at} | {"github_stars_gain": pick.stars_gain}
    if pick.standing:
        row |= {"place_before": pick.standing.place_before, "weeks_listed": pick.standing.weeks}
        row |= {"first_listed": pick.standing.first.isoformat(), "best_place": pick.standing.best}
    if pick.score:
        since = pick.score.since.isoformat() if pick.score.since else None
        row |= {"score": pick.score.value, "factor": pick.score.factor, "factor_at_least": pick.score.at_least}
        row |= {"since": since, "form": pick.score.form, "breakout": str(pick.score.breakout).lower()}
        row |= {term.replace(" ", "_"): number for term, number in pick.score.terms}
    return row


def _change(change: Change) -> Row:
    downloads = change.metric is Metric.DOWNLOADS
    return {
        **_thing(change.thing),
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
    repo = week.kind.is_repo
    return {
        **_thing(place.thing),
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


def _thing(thing: Thing) -> Row:
    return {
        "kind": thing.kind,
        "id": thing.id,
        "hub_id": thing.hub_id,
        "title": thing.title,
        "author": thing.author,
        "url": words.url(thing),
        "created_at": iso(thing.created_at) if thing.created_at else None,
        "task": thing.task,
        "library": thing.library,
        "license": thing.license,
        "parameters": thing.parameters,
        "sdk": thing.sdk,
    }
