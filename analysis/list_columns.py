"""Defines the columns of a list row: terminal, notebook, the table `picks` and CSV select from them."""

from collections.abc import Callable
from typing import Any

from analysis.records import AGES, Change, Entity, ListName, Metric, Pair, Pick

Row = dict[str, Any]
"""Values by column."""

ENTITY_COLUMNS: dict[str, Callable[[Entity], object]] = {
    "kind": lambda entity: entity.kind.value,
    "id": lambda entity: entity.id,
    "hub_id": lambda entity: entity.hub_id,
    "title": lambda entity: entity.title,
    "author": lambda entity: entity.author,
    "created_at": lambda entity: entity.created_at,
    "task": lambda entity: entity.task,
    "library": lambda entity: entity.library,
    "license": lambda entity: entity.license,
    "parameters": lambda entity: entity.parameters,
    "sdk": lambda entity: entity.sdk,
}

CHANGE_COLUMNS: dict[str, Callable[[Change], object]] = {
    "metric": lambda change: change.metric.value,
    "before": lambda change: change.before,
    "now": lambda change: change.now,
    "gain": lambda change: change.gain,
    "percent": lambda change: change.percent,
    "span_days": lambda change: change.span_days,
    "status": lambda change: change.status,
    "flags": lambda change: list(change.flags),
    "likes_now": lambda change: change.likes_now,
    "rank_before": lambda change: change.rank_before,
    "rank_now": lambda change: change.rank_now,
    "age_days": lambda change: change.age_days,
}
"""The columns of a change; `before` and `now` of downloads are 30-day counts."""


def _votes_at(age: int) -> Callable[[Pick], object]:
    return lambda pick: dict(pick.votes_at).get(age)


PICK_COLUMNS: dict[str, Callable[[Pick], object]] = {
    "place": lambda pick: pick.place,
    "flat_place": lambda pick: pick.flat_place,
    "root": lambda pick: pick.root,
    "impact": lambda pick: pick.impact,
    "score": lambda pick: pick.score and pick.score.value,
    "lift": lambda pick: pick.score and pick.score.lift,
    "lower_bound": lambda pick: pick.score and pick.score.lower_bound,
    "since": lambda pick: pick.score and pick.score.since,
    "breakout": lambda pick: pick.score and pick.score.breakout,
    "granularity": lambda pick: pick.score and pick.score.granularity,
    "this_week": lambda pick: pick.score and pick.score.term("this week"),
    "baseline_week": lambda pick: pick.score and pick.score.term("baseline week"),
    "daily_noise": lambda pick: pick.score and pick.score.term("daily noise"),
    "drift": lambda pick: pick.score and pick.score.term("drift"),
    **{f"upvotes_day_{age}": _votes_at(age) for age in AGES},
    "github_stars_gain": lambda pick: pick.stars_gain,
    "place_before": lambda pick: pick.list_history and pick.list_history.place_before,
    "weeks_listed": lambda pick: pick.list_history and pick.list_history.weeks,
    "first_listed": lambda pick: pick.list_history and pick.list_history.first,
    "best_place": lambda pick: pick.list_history and pick.list_history.best,
}

KEY = ("kind", "metric", "list")
"""The columns that name the list of a row."""

MOVER = (
    *("place", "flat_place", "root", "id", "hub_id", "before", "now", "gain", "percent"),
    *("impact", "score", "lift", "lower_bound", "since", "breakout", "granularity"),
    *("this_week", "baseline_week", "daily_noise", "drift"),
    *("basis", "span_days", "status", "flags", "likes_now", "rank_before", "rank_now", "age_days"),
    *(f"upvotes_day_{age}" for age in AGES),
    "github_stars_gain",
)
"""The columns of a mover, in their order."""

HISTORY = ("place_before", "weeks_listed", "first_listed", "best_place")
"""Columns that only reports have, because they read eight earlier weeks."""


def entity_row(entity: Entity) -> Row:
    """Return the values of an entity by column."""
    return {column: read(entity) for column, read in ENTITY_COLUMNS.items()}


COVERAGE_COLUMNS = ("present", "compared", "total_gain", "listed_gain", "gain_share")
"""The columns of `Coverage`, in their order."""


def change_row(change: Change) -> Row:
    """Return the values of a change and its entity by column."""
    return entity_row(change.entity) | {column: read(change) for column, read in CHANGE_COLUMNS.items()}


def list_row(name: ListName, pair: Pair, pick: Pick) -> Row:
    """Return the values of a pick on a list by column."""
    row = {"list": name.value, "basis": pair.basis} | change_row(pick.change)
    return row | {column: read(pick) for column, read in PICK_COLUMNS.items()}


def with_own_downloads(row: Row, change: Change) -> Row:
    """Move 30-day downloads from `before` and `now` into their own columns."""
    if change.metric is not Metric.DOWNLOADS:
        return row | {"downloads_before": None, "downloads_now": change.downloads_now}
    return row | {"before": None, "now": None, "downloads_before": change.before, "downloads_now": change.now}
