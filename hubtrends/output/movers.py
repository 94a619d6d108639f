"""The movers of a week as rows of one shape, for the command line and for notebooks."""

from analysis.list_columns import MOVER, Row, list_row
from analysis.records import ListName, Metric, Pair, Pick

COLUMNS = MOVER

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
"""The columns that fit a terminal."""


def mover(pick: Pick, pair: Pair) -> Row:
    """Return a riser by column."""
    row = list_row(ListName.RISERS, pair, pick)
    return {column: row[column] for column in COLUMNS}


def heading(column: str, metric: Metric) -> str:
    """Return the heading of a column; `before` and `now` of 30-day downloads are named as such."""
    return f"downloads_30d_{column}" if metric is Metric.DOWNLOADS and column in ("before", "now") else column
