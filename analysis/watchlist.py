"""Finds the watched entities of the week with their numbers, whether they moved or not."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from analysis.comparison import Comparison, describe
from analysis.flags import removals, with_flags
from analysis.records import METRICS, Change, Entity, Metric
from crawler.kinds import Kind

MAX_PER_AUTHOR = 10
"""Maximum number of entities of a watched author; an author may have thousands of models."""


def watched_changes(
    comparison: Comparison, as_of: datetime, named: Sequence[tuple[Kind, str]], authors: Sequence[str]
) -> Iterator[Change]:
    """Yield one change per watched entity and metric, in watch list order."""
    kind = comparison.pair.kind
    keys = {name: _keys_of_name(comparison, name, as_of) for named_kind, name in named if named_kind is kind}
    names = [name for named_kind, name in named if named_kind is kind]
    for metric in METRICS[kind]:
        for name in names:
            changes = _flagged_changes(comparison, metric, keys[name])
            yield from changes or [_unseen(comparison, metric, name, keys[name])]
        for author in authors if kind.spec.is_repo else ():
            parameters = {"author": author, "now_at": comparison.pair.now_at, "rows": MAX_PER_AUTHOR}
            rows = comparison.run("watched_of_author", parameters, metric.columns)
            yield from _flagged_changes(comparison, metric, [key for (key,) in rows])


def _keys_of_name(comparison: Comparison, name: str, as_of: datetime) -> list[int]:
    """Return the key of the entity that has, or last had, a name."""
    parameters = {"kind": comparison.pair.kind.value, "id": name, "as_of": comparison.pair.now_at or as_of}
    return [key for (key,) in comparison.run("watched", parameters)]


def _flagged_changes(comparison: Comparison, metric: Metric, keys: Sequence[int]) -> list[Change]:
    changes = describe(comparison, metric, keys)
    return with_flags(comparison, keys, changes, daily=False) if changes else []


def _unseen(comparison: Comparison, metric: Metric, name: str, keys: Sequence[int]) -> Change:
    """Return the change of a watched entity that neither snapshot shows."""
    return Change(
        entity=Entity(comparison.pair.kind, "", name), metric=metric, before=None, now=None, gain=None, percent=None,
        span_days=None, likes_now=None, downloads_now=None, rank_before=None, rank_now=None, status="unseen",
        flags=tuple(removals(comparison, keys).values()), age_days=None,
    )  # fmt: skip
