"""Finds labels whose share of the week's gain shifted, with the main contributor of each shift."""

from analysis.comparison import describe
from analysis.ranking import Ranking
from analysis.records import ShareShift

MIN_SHIFT = 0.01
"""Minimum shift, as a fraction of the whole."""

ROWS = 5


def share_shifts(ranking: Ranking) -> tuple[ShareShift, ...]:
    """Return the largest share shifts; none without history or for a kind without labels."""
    comparison = ranking.comparison
    attribute = comparison.pair.kind.spec.label_attribute
    if ranking.scored is None or attribute is None:
        return ()
    parameters = {"now_at": comparison.pair.now_at, "min_shift": MIN_SHIFT, "rows": ROWS}
    rows = comparison.run("share_shifts", parameters, {"attribute": attribute})
    contributors = describe(comparison, ranking.metric, [key for _, _, _, key, _, _ in rows])
    return tuple(
        ShareShift(label, ranking.metric, before, now, change.entity, contributed, changed)
        for (label, before, now, _, contributed, changed), change in zip(rows, contributors, strict=True)
    )
