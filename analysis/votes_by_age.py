"""Papers and articles at equal age: votes settle within two weeks, so a paper of one day is no match for one of ten."""

from collections.abc import Sequence

from analysis.comparison import Staged
from crawler.kinds import Kind
from db.sql import run_sql

AGES = (1, 3, 7, 14)
"""Days. Most votes fall on the first; after two weeks few do."""

Votes = tuple[tuple[int, int | None], ...]


def votes_at(staged: Staged, keys: Sequence[int]) -> dict[int, Votes]:
    """The votes of papers or articles at each age, None where they were not seen at it; nothing for repositories."""
    if staged.pair.kind.spec.is_repo or not keys:
        return {}
    found: dict[int, dict[int, int]] = {key: {} for key in keys}
    for key, age, votes in run_sql(staged.con, "analysis/votes_at", _parameters(staged, keys)):
        found[key][age] = votes
    return {key: tuple((age, seen.get(age)) for age in AGES) for key, seen in found.items()}


def typical_votes(staged: Staged) -> Votes:
    """The middle of all papers' or posts' votes at each age; nothing for repositories."""
    if staged.pair.kind.spec.is_repo or staged.pair.now_at is None:
        return ()
    found = dict(run_sql(staged.con, "analysis/typical_votes", _parameters(staged, ())))
    return tuple((age, found.get(age)) for age in AGES)


def stars_gained(staged: Staged, keys: Sequence[int]) -> dict[int, int | None]:
    """The GitHub stars that papers' code gained in the span; nothing for other kinds."""
    pair = staged.pair
    if pair.kind is not Kind.PAPER or pair.before_snapshot is None:
        return {}
    parameters = {"keys": list(keys), "now_snapshot": pair.now_snapshot, "before_snapshot": pair.before_snapshot}
    return dict(run_sql(staged.con, "analysis/stars_gain", parameters))


def _parameters(staged: Staged, keys: Sequence[int]) -> dict[str, object]:
    pair = staged.pair
    return {"kind": pair.kind.value, "now_at": pair.now_at, "ages": list(AGES), "keys": list(keys)}
