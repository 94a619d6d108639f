"""Everything that is to be said of a week, from the snapshots that were taken by its end.

    week_results(con, as_of):
        for each kind    pair ─► changes, staged once ─► lists, the Hub's own order, histories, what is new
        watched          the watch list among those changes
        quality          what all of it rests on

Only snapshots observed by `as_of` are read, and names and facts are those that held at the newer one of a pair: the
same snapshots give the same results whenever they are asked for.
"""

from collections.abc import Sequence
from datetime import datetime

import duckdb

from analysis.kind_week import kind_week, stage_kind
from analysis.limits import RankingLimits
from analysis.quality import quality
from analysis.results import Change, KindWeek, WeekResults
from analysis.watched import watched_changes
from crawler.kinds import Kind


def week_results(
    con: duckdb.DuckDBPyConnection,
    *,
    as_of: datetime,
    limits: RankingLimits,
    watched: Sequence[tuple[Kind, str]] = (),
    authors: Sequence[str] = (),
) -> WeekResults:
    """What happened in the week that ends at `as_of`, an aware time.

    `con` has the database in USE and its time zone is UTC; `watched` names things by kind and id, `authors` people and
    organisations whose repositories are watched.
    """
    weeks: list[KindWeek] = []
    followed: list[Change] = []
    for kind in Kind:
        staged = stage_kind(con, kind, as_of)
        weeks.append(kind_week(staged, limits))
        followed.extend(watched_changes(staged, as_of, watched, authors))
    return WeekResults(
        as_of=as_of,
        kinds=tuple(weeks),
        shocks=(),
        watched=tuple(followed),
        scorecard=(),
        quality=quality(con, as_of, weeks),
    )
