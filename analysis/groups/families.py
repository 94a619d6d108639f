"""Reads the gains of families of models; a family is a base model and all models that derive from it.

The macro `families` computes the gains; this module selects the rows that a reader sees.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import duckdb

from analysis.comparison import Comparison
from analysis.groups.records import Contributor, Families, Family, FamilyPart, RisingFamily
from db.sql import run_sql

ROWS = 10
"""Number of families by likes, and by downloads."""


def families(con: duckdb.DuckDBPyConnection, *, as_of: datetime, days: float = 7, rows: int = ROWS) -> Families:
    """Return the first `rows` families by gain of likes and by gain of downloads, with the totals of all families.

    The temporary tables that it makes stay for later statements.
    """
    run_sql(con, "analysis/family_root", {"as_of": as_of})
    ((now_at, before_at),) = run_sql(con, "analysis/model_weeks", {"as_of": as_of, "days": days})
    return _families(con, "model_weeks", {"now_at": now_at, "before_at": before_at, "days": days}, rows)


def week_families(comparison: Comparison) -> Families:
    """Return the families of a report from the relations group_weeks and family_root."""
    pair = comparison.pair
    parameters = {"now_at": pair.now_at, "before_at": pair.before_at, "days": 7}
    return _families(comparison.con, "group_weeks", parameters, ROWS)


def _families(con: duckdb.DuckDBPyConnection, weeks: str, parameters: Mapping[str, Any], rows: int) -> Families:
    """Read the families from a relation of two weeks, given by its name."""
    run_sql(con, "analysis/families", {**parameters, "rows": rows}, {"weeks": weeks})
    ((count, members, compared, likes, downloads),) = con.execute(
        "SELECT count(*), sum(members), sum(compared), sum(likes_gain), sum(downloads_gain) FROM family"
    ).fetchall()
    return Families(
        families=count,
        members=members or 0,
        compared=compared or 0,
        likes_gain=likes,
        downloads_gain=downloads,
        by_likes=_first(con, "likes_gain", rows),
        by_downloads=_first(con, "downloads_gain", rows),
        rising=_rising(con, weeks, parameters, rows),
    )


_FIRST = """
SELECT f.root, f.members, f.compared, f.likes_gain, f.downloads_gain, f.new_members, f.relations, f.likes_largest,
       f.downloads_largest, f.root_key IS NOT NULL
FROM listed_family AS f
WHERE f.{gain} > 0
ORDER BY f.{gain} DESC, f.members DESC, f.root, f.root_key
LIMIT $rows
"""


def _first(con: duckdb.DuckDBPyConnection, gain: str, rows: int) -> tuple[Family, ...]:
    found = con.execute(_FIRST.format(gain=gain), {"rows": rows}).fetchall()
    return tuple(
        Family(
            *(root, members, compared, likes_gain, downloads_gain, new_members),
            parts=tuple(FamilyPart(**part) for part in parts),
            likes_largest=tuple(Contributor(**one) for one in likes),
            downloads_largest=tuple(Contributor(**one) for one in downloads),
            seen=seen,
        )
        for root, members, compared, likes_gain, downloads_gain, new_members, parts, likes, downloads, seen in found
    )


_RISING = """
SELECT r.root, r.evidence, r.owners, r.owners_up, r.lift, r.p_value, r.tested
FROM rising_families_of('{weeks}', 'family_root', $now_at::TIMESTAMPTZ, $days) AS r
ORDER BY r.p_value, r.root, r.root_key
LIMIT $rows
"""


def _rising(
    con: duckdb.DuckDBPyConnection, weeks: str, parameters: Mapping[str, Any], rows: int
) -> tuple[RisingFamily, ...]:
    found = con.execute(
        _RISING.format(weeks=weeks), {"now_at": parameters["now_at"], "days": parameters["days"], "rows": rows}
    ).fetchall()
    return tuple(RisingFamily(root, tuple(evidence), *numbers) for root, evidence, *numbers in found)
