"""The scores of the first things of a list, as records, with the breakouts among them."""

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from analysis.breakout import null_of, threshold
from analysis.limits import RankingLimits
from analysis.panel import DAILY
from analysis.results import Score
from analysis.scoring import Scored
from analysis.statements import COUNTERS, run


@dataclass(frozen=True, slots=True)
class ScoreRows:
    """The scores of a list by key, best first."""

    scores: dict[int, Score]
    considered: int
    """Things whose week is better explained by a shift than by their past, of some size at the least."""
    tested: int | None
    """Things that the breakout label was tested on; None where no earlier week says what is usual."""


def score_rows(scored: Scored, limits: RankingLimits, *, falling: bool) -> ScoreRows:
    """The scores of the rises, or of the falls, that are best explained by a lasting shift."""
    direction = -1 if falling else 1
    parameters = {"direction": direction, "rows": limits.rows, "shrink": limits.shrink(scored.metric)}
    rows = run(scored.staged.con, "by_score", parameters, COUNTERS[scored.metric])
    standing_out, tested = _breakouts(scored, parameters)
    scores = {row[0]: _score(row[2:], direction, scored.panel.form.name, row[0] in standing_out) for row in rows}
    return ScoreRows(scores, rows[0][1] if rows else 0, tested)


def _breakouts(scored: Scored, parameters: dict[str, Any]) -> tuple[frozenset[int], int | None]:
    con = scored.staged.con
    null = null_of([off for (off,) in run(con, "null", parameters)])
    if null is None:
        return frozenset(), None
    ((tested,),) = run(con, "tested", parameters)
    p_values = {key: null.p_value(off) for key, off in run(con, "off", parameters)}
    limit = threshold(p_values.values(), tested)
    return frozenset(key for key, p in p_values.items() if p <= limit), tested


def _score(row: tuple[Any, ...], direction: int, form: str, breakout: bool) -> Score:
    evidence, shift, at_least, since, noise, drift, this, usual = row
    began: datetime | None = since if form == DAILY.name else None
    return Score(
        value=evidence,
        factor=round(math.exp(direction * shift), 6),
        at_least=round(math.exp(direction * at_least), 6),
        since=began.date() if began else None,
        form=form,
        breakout=breakout,
        terms=(
            ("this week", round(this, 3)),
            ("usual week", round(usual, 3)),
            ("noise of a day", round(noise, 6)),
            ("drift", round(drift, 6)),
        ),
    )
