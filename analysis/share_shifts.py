"""Shares of the week that moved, each with the entity that did most of it: one repository can move a whole task."""

from analysis.comparison import describe
from analysis.ranking import Ranking
from analysis.records import ShareShift
from crawler.kinds import Kind
from db.sql import run_sql

LABELLED_BY = {Kind.MODEL: "task", Kind.DATASET: "license", Kind.SPACE: "sdk"}
"""What a reader calls the entities of a kind by."""

LEAST = 0.01
"""A share that moved by less than a hundredth of the whole is not told."""

ROWS = 5


def share_shifts(ranking: Ranking) -> tuple[ShareShift, ...]:
    """The labels whose share of the week differs most from that of a usual week; none where there is no history."""
    fact = LABELLED_BY.get(ranking.staged.pair.kind)
    if ranking.scored is None or fact is None:
        return ()
    parameters = {"now_at": ranking.staged.pair.now_at, "least": LEAST, "rows": ROWS}
    rows = run_sql(ranking.staged.con, "analysis/share_shifts", parameters, {"fact": fact})
    contributors = describe(ranking.staged, ranking.metric, [row[3] for row in rows])
    return tuple(
        ShareShift(label, ranking.metric, before, now, change.entity, contributed, changed)
        for (label, before, now, _, contributed, changed), change in zip(rows, contributors, strict=True)
    )
