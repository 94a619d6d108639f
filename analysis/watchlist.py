"""The watch list in the week: its entities with their numbers, whether they moved or not."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from analysis.comparison import Staged, describe
from analysis.flags import removals, with_flags
from analysis.metrics import COUNTERS
from analysis.records import METRICS, Change, Entity, Metric
from crawler.kinds import Kind
from db.sql import run_sql

MOST_OF_AN_AUTHOR = 10
"""A watched author with thousands of models would otherwise fill the report."""


def watched_changes(
    staged: Staged, as_of: datetime, named: Sequence[tuple[Kind, str]], authors: Sequence[str]
) -> Iterator[Change]:
    """One change for each watched entity of the staged kind and each of its metrics, in the order of the watch list."""
    ids = [name for kind, name in named if kind is staged.pair.kind]
    keys = {name: [key] if (key := _key_of(staged, name, as_of)) is not None else [] for name in ids}
    for metric in METRICS[staged.pair.kind]:
        for name in ids:
            yield from _told(staged, metric, keys[name]) or [
                _unseen(staged.pair.kind, metric, name, removals(staged, keys[name]).values())
            ]
        for author in authors if staged.pair.kind.spec.is_repo else ():
            yield from _told(staged, metric, _keys_of(staged, metric, author))


def _key_of(staged: Staged, name: str, as_of: datetime) -> int | None:
    parameters = {"kind": staged.pair.kind.value, "id": name, "as_of": staged.pair.now_at or as_of}
    found = run_sql(staged.con, "analysis/watched", parameters)
    return found[0][0] if found else None


def _told(staged: Staged, metric: Metric, keys: Sequence[int]) -> list[Change]:
    changes = describe(staged, metric, keys)
    return with_flags(staged, keys, changes, daily=False) if changes else []


def _unseen(kind: Kind, metric: Metric, name: str, flags: Iterable[str]) -> Change:
    """A watched entity that neither snapshot shows."""
    return Change(
        entity=Entity(kind, "", name), metric=metric, before=None, now=None, gain=None, percent=None, span_days=None,
        likes_now=None, downloads_now=None, rank_before=None, rank_now=None, status="unseen", flags=tuple(flags),
        age_days=None,
    )  # fmt: skip


def _keys_of(staged: Staged, metric: Metric, author: str) -> list[int]:
    parameters = {"author": author, "now_at": staged.pair.now_at, "rows": MOST_OF_AN_AUTHOR}
    return [key for (key,) in run_sql(staged.con, "analysis/watched_of_author", parameters, slots=COUNTERS[metric])]
