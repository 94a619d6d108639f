"""The statements of sql/, and how they are run.

A statement names its parameters as $name and gets exactly those. A slot in braces is filled with words of our own,
such as the column of a metric; nothing from the Hub or from a user ever stands in one.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import duckdb

from analysis.results import Metric

SQL = files("analysis") / "sql"

COUNTERS: dict[Metric, dict[str, str]] = {
    Metric.DOWNLOADS: {"counter": "downloads_all_time", "shown": "downloads", "gain": "downloads_gain"},
    Metric.LIKES: {"counter": "likes", "shown": "likes", "gain": "likes_gain"},
    Metric.UPVOTES: {"counter": "upvotes", "shown": "upvotes", "gain": "upvotes_gain"},
}
"""The columns of a metric: the counter whose difference is the gain, the number that is shown, the gain."""


@cache
def sql(name: str) -> str:
    """The text of a statement in sql/."""
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


def run(
    con: duckdb.DuckDBPyConnection,
    name: str,
    parameters: Mapping[str, Any] | None = None,
    words: Mapping[str, str] | None = None,
) -> list[tuple[Any, ...]]:
    """Run a file of sql/ with those parameters that it names, and return the rows of its last statement."""
    text = sql(name).format(**words) if words else sql(name)
    given, rows = parameters or {}, []
    for statement in con.extract_statements(text):
        con.execute(statement, {word: given[word] for word in statement.named_parameters})
        rows = con.fetchall()
    return rows
