"""The scores of the first things of a list, as records, and which of them are breakouts."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from analysis.config import RankingLimits
from analysis.metrics import COUNTERS
from analysis.records import Score
from analysis.score.panel import DAILY
from analysis.score.score import Scored
from analysis.score.significance import null_of, threshold, why_no_null
from db.sql import run_sql


@dataclass(frozen=True, slots=True)
class Labelled:
    """Scores by key, best first, with the breakouts among them told."""

    scores: dict[int, Score]
    tested: int
    """Things that the breakout label was tested on."""
    untested: str | None = None
    """Why it was tested on none."""


def best_scores(scored: Scored, limits: RankingLimits, *, falling: bool) -> tuple[dict[int, Score], int]:
    """The scores of the rises, or of the falls, that are best explained by a lasting shift, by key and best first.

    The number with them is that of all things whose week is better explained so, by some size at the least. None of
    them is told to be a breakout yet.
    """
    parameters = _parameters(scored, limits, falling=falling)
    rows = run_sql(scored.staged.con, "analysis/score/by_score", parameters, COUNTERS[scored.metric])
    scores = {key: _score(row, parameters["direction"], scored.panel.form.name) for key, _, *row in rows}
    return scores, rows[0][1] if rows else 0


def labelled(scored: Scored, limits: RankingLimits, scores: Mapping[int, Score], *, falling: bool) -> Labelled:
    """The same scores, with those told that stand out among all that were tested."""
    con, parameters = scored.staged.con, _parameters(scored, limits, falling=falling)
    sample = [off for (off,) in run_sql(con, "analysis/score/null", parameters)]
    null = null_of(sample)
    if null is None:
        return Labelled(dict(scores), 0, why_no_null(len(sample)))
    ((tested,),) = run_sql(con, "analysis/score/tested", parameters)
    p_values = {key: null.p_value(off) for key, off in run_sql(con, "analysis/score/deviation", parameters)}
    limit = threshold(p_values.values(), tested)
    out = {key for key, p in p_values.items() if p <= limit}
    return Labelled({key: replace(score, breakout=key in out) for key, score in scores.items()}, tested)


def _parameters(scored: Scored, limits: RankingLimits, *, falling: bool) -> dict[str, Any]:
    return {
        "direction": -1 if falling else 1,
        "rows": limits.rows,
        "shrink": limits.shrink(scored.metric),
        "middle_costs": scored.panel.form.middle_costs,
    }


def _score(row: list[Any], direction: int, form: str) -> Score:
    evidence, shift, at_least, since, noise, drift, this, usual = row
    began: datetime | None = since if form == DAILY.name else None
    return Score(
        value=evidence,
        factor=round(math.exp(direction * shift), 6),
        at_least=round(math.exp(direction * at_least), 6),
        since=began.date() if began else None,
        form=form,
        breakout=False,
        terms=(
            ("this week", round(this, 3)),
            ("usual week", round(usual, 3)),
            ("noise of a day", round(noise, 6)),
            ("drift", round(drift, 6)),
        ),
    )
