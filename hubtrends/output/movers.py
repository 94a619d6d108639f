"""The movers of a week as rows of one shape, for the command line and for notebooks.

Only the standing on earlier lists is the report's alone: it takes eight more weeks to make.
"""

from analysis.records import Metric, Pair, Pick, Score
from analysis.votes_by_age import AGES

TERMS = ("this week", "baseline week", "daily noise", "drift")
"""The terms of a score; each is a column."""


def mover(pick: Pick, pair: Pair) -> dict[str, object]:
    """Everything that is known of a row of a list, by column; for downloads, before and now are the 30-day figures."""
    change, votes = pick.change, dict(pick.votes_at)
    return {
        "place": pick.place,
        "id": change.entity.id,
        "hub_id": change.entity.hub_id,
        "before": change.before,
        "now": change.now,
        "gain": change.gain,
        "percent": change.percent,
        **_score(pick.score),
        "basis": pair.basis,
        "span_days": change.span_days,
        "status": change.status,
        "flags": list(change.flags),
        "likes_now": change.likes_now,
        "rank_before": change.rank_before,
        "rank_now": change.rank_now,
        "age_days": change.age_days,
        **{f"upvotes_day_{age}": votes.get(age) for age in AGES},
        "github_stars_gain": pick.stars_gain,
    }


def _score(score: Score | None) -> dict[str, object]:
    terms = dict(score.terms) if score else {}
    return {
        "score": score.value if score else None,
        "lift": score.lift if score else None,
        "lower_bound": score.lower_bound if score else None,
        "since": score.since if score else None,
        "breakout": score.breakout if score else None,
        "granularity": score.granularity if score else None,
        **{term.replace(" ", "_"): terms.get(term) for term in TERMS},
    }


COLUMNS = (
    *("place", "id", "hub_id", "before", "now", "gain", "percent"),
    *("score", "lift", "lower_bound", "since", "breakout", "granularity", *(term.replace(" ", "_") for term in TERMS)),
    *("basis", "span_days", "status", "flags", "likes_now", "rank_before", "rank_now", "age_days"),
    *(f"upvotes_day_{age}" for age in AGES),
    "github_stars_gain",
)
"""The columns of a mover."""

SHORT = (
    "place",
    "id",
    "before",
    "now",
    "gain",
    "percent",
    "score",
    "lift",
    "lower_bound",
    "since",
    "breakout",
    "flags",
)
"""The columns that a terminal has room for."""


def heading(column: str, metric: Metric) -> str:
    """The name of a column where rows of several metrics meet: 30-day downloads never stand under before and now."""
    return f"downloads_30d_{column}" if metric is Metric.DOWNLOADS and column in ("before", "now") else column
