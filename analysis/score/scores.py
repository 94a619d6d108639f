"""The scores of the first entities of a list, as records, and which of them are breakouts."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from analysis.config import RankingConfig
from analysis.metrics import COUNTERS
from analysis.records import Score
from analysis.score.panel import DAILY
from analysis.score.score import Scored
from analysis.score.significance import null_distribution, threshold, why_no_null_distribution
from db.sql import run_sql


@dataclass(frozen=True, slots=True)
class LabelledScores:
    """Scores by key, best first, with the breakouts among them told."""

    scores: dict[int, Score]
    tested: int
    """Entities that the breakout label was tested on."""
    untested: str | None = None
    """Why it was tested on none."""


def best_scores(scored: Scored, limits: RankingConfig, *, falling: bool) -> tuple[dict[int, Score], int]:
    """The scores of the rises, or of the falls, that are best explained by a lasting shift, by key and best first.

    The number with them is that of all entities whose week is better explained so, by some size at the least. None of
    them is told to be a breakout yet.
    """
    parameters = _parameters(scored, limits, falling=falling)
    rows = run_sql(scored.staged.con, "analysis/score/by_score", parameters, COUNTERS[scored.metric])
    scores = {key: _score(row, parameters["direction"], scored.panel.granularity.name) for key, _, *row in rows}
    return scores, rows[0][1] if rows else 0


def labelled(scored: Scored, limits: RankingConfig, scores: Mapping[int, Score], *, falling: bool) -> LabelledScores:
    """The same scores, with those told that stand out among all that were tested."""
    con, parameters = scored.staged.con, _parameters(scored, limits, falling=falling)
    sample = [off for (off,) in run_sql(con, "analysis/score/null", parameters)]
    null = null_distribution(sample)
    if null is None:
        return LabelledScores(dict(scores), 0, why_no_null_distribution(len(sample)))
    ((tested,),) = run_sql(con, "analysis/score/tested", parameters)
    p_values = {key: null.p_value(off) for key, off in run_sql(con, "analysis/score/deviation", parameters)}
    limit = threshold(p_values.values(), tested)
    out = {key for key, p in p_values.items() if p <= limit}
    return LabelledScores({key: replace(score, breakout=key in out) for key, score in scores.items()}, tested)


def _parameters(scored: Scored, limits: RankingConfig, *, falling: bool) -> dict[str, Any]:
    return {
        "direction": -1 if falling else 1,
        "rows": limits.rows,
        "shrink": limits.shrink(scored.metric),
        "middle_costs": scored.panel.granularity.middle_costs,
    }


def _score(row: list[Any], direction: int, granularity: str) -> Score:
    evidence, shift, lower_bound, since, noise, drift, this, usual = row
    began: datetime | None = since if granularity == DAILY.name else None
    return Score(
        value=evidence,
        lift=round(math.exp(direction * shift), 6),
        lower_bound=round(math.exp(direction * lower_bound), 6),
        since=began.date() if began else None,
        granularity=granularity,
        breakout=False,
        terms=(
            ("this week", round(this, 3)),
            ("baseline week", round(usual, 3)),
            ("daily noise", round(noise, 6)),
            ("drift", round(drift, 6)),
        ),
    )
