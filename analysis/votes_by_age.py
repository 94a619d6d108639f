"""Reads upvotes at equal ages. Upvotes settle within two weeks, so papers of different ages cannot be compared."""

from collections.abc import Sequence

from analysis.comparison import Comparison
from analysis.records import AGES, TypicalVotes

Votes = tuple[tuple[int, int | None], ...]


def votes_at(comparison: Comparison, keys: Sequence[int]) -> dict[int, Votes]:
    """Return upvotes at each age by key; empty for kinds without upvotes."""
    if not comparison.pair.kind.spec.counts_upvotes or not keys:
        return {}
    found: dict[int, dict[int, int]] = {key: {} for key in keys}
    for key, age, _, votes, _ in _rows(comparison, keys):
        found[key][age] = votes
    return {key: tuple((age, seen.get(age)) for age in AGES) for key, seen in found.items()}


def typical_votes(comparison: Comparison) -> tuple[TypicalVotes, ...]:
    """Return the quartiles of the upvotes of a kind at each age; empty for kinds without upvotes."""
    if not comparison.pair.kind.spec.counts_upvotes or comparison.pair.now_at is None:
        return ()
    return tuple(TypicalVotes(age, *quartiles) for _, age, *quartiles in _rows(comparison, None))


def _rows(comparison: Comparison, keys: Sequence[int] | None) -> list[tuple[int, int, int, int, int]]:
    parameters = {
        "kind": comparison.pair.kind.value,
        "now_at": comparison.pair.now_at,
        "ages": list(AGES),
        "keys": None if keys is None else list(keys),
    }
    return comparison.run("votes_by_age", parameters)


def stars_gained(comparison: Comparison, keys: Sequence[int]) -> dict[int, int | None]:
    """Return the GitHub stars that the code of papers gained; empty for kinds without upvotes."""
    pair = comparison.pair
    if not pair.kind.spec.counts_upvotes or pair.before_snapshot is None:
        return {}
    rows = comparison.query(
        """
        SELECT n.entity_key, n.github_stars - b.github_stars
        FROM plausible_observations AS n
        JOIN plausible_observations AS b ON b.entity_key = n.entity_key AND b.snapshot_id = $before_snapshot
        WHERE n.snapshot_id = $now_snapshot AND n.entity_key IN (SELECT unnest($keys::INTEGER[]))
        """,
        {"keys": list(keys), "now_snapshot": pair.now_snapshot, "before_snapshot": pair.before_snapshot},
    )
    return dict(rows)
