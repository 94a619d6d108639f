"""Find entities by what a person types: another case, no owner, the beginning of a name, a misspelling."""

from dataclasses import dataclass
from enum import IntEnum

import duckdb

from crawler.kinds import Kind


class Fit(IntEnum):
    """How a name fits a word, the best first."""

    EXACT = 0
    CASE = 1
    """It differs by case only."""
    OWNER = 2
    """The word lacks the owner."""
    START = 3
    """The word is the start of the name, with or without the owner."""
    NEAR = 4
    """The word is inside of the name or similar to it."""


@dataclass(frozen=True, slots=True)
class Fitting:
    """A current or former name that fits a word."""

    entity_key: int
    kind: Kind
    id: str
    fit: Fit


HAS_NAME = """
SELECT 1 FROM entities AS h WHERE h.hub_id = $word
UNION ALL SELECT 1 FROM names AS n WHERE n.id = $word
LIMIT 1
"""

FITTING = """
WITH known AS (
    SELECT DISTINCT e.entity_key, e.kind, n.id, lower(n.id) AS whole, lower(split_part(n.id, '/', -1)) AS bare,
           lower($word) AS typed
    FROM names AS n JOIN entities AS e USING (entity_key)
    WHERE e.status <> 'removed' AND ($kind IS NULL OR e.kind = $kind)
), judged AS (
    SELECT k.entity_key, k.kind, k.id,
           greatest(jaro_winkler_similarity(k.whole, k.typed), jaro_winkler_similarity(k.bare, k.typed)) AS similarity,
           CASE WHEN k.id = $word THEN 0
                WHEN k.whole = k.typed THEN 1
                WHEN k.bare = k.typed THEN 2
                WHEN starts_with(k.whole, k.typed) OR starts_with(k.bare, k.typed) THEN 3
                WHEN contains(k.whole, k.typed) OR similarity >= $least THEN 4 END AS fit
    FROM known AS k
)
SELECT j.entity_key, j.kind, j.id, j.fit
FROM judged AS j
WHERE j.fit IS NOT NULL
ORDER BY j.fit, j.similarity DESC, j.id, j.kind
LIMIT $most
"""
"""The numbers are those of `Fit`."""

LEAST = 0.88
"""Jaro-Winkler similarity from which a name counts as a misspelling of the word."""

MOST = 20
"""Names that are returned."""


def has_name(con: duckdb.DuckDBPyConnection, word: str) -> bool:
    """Check whether an entity has or had exactly this name or Hub id."""
    return bool(con.execute(HAS_NAME, {"word": word}).fetchall())


def fitting_names(con: duckdb.DuckDBPyConnection, word: str, kind: Kind | None = None) -> list[Fitting]:
    """Return the names that fit a word best, at most `MOST`."""
    values = {"word": word, "kind": kind, "least": LEAST, "most": MOST}
    return [
        Fitting(key, Kind(kind_), id_, Fit(fit)) for key, kind_, id_, fit in con.execute(FITTING, values).fetchall()
    ]
