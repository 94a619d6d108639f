"""Everything that is to be said of a week, from the snapshots that were taken by its end.

    analyse_week(con, as_of):
        for each kind    the last weeks' lists, made again
                         pair ─► changes, staged once ─► scores ─► lists, the Hub's own order, histories, what is new
        watched          the watch list among those changes
        backtest        how last week's picks did
        quality          what all of it rests on

Only snapshots observed by `as_of` are read, and names and facts are those that held at the newer one of a pair: the
same snapshots give the same results whenever they are asked for.
"""

from collections.abc import Sequence
from datetime import datetime

import duckdb

from analysis.comparison import stage_changes
from analysis.config import RankingConfig
from analysis.history import backtest, earlier_weeks
from analysis.kind_week import KindAnalysis, analyse_kind
from analysis.memory import bounded
from analysis.pairs import pair_of
from analysis.quality import quality
from analysis.records import BacktestRow, Change, WeekAnalysis
from analysis.watchlist import watched_changes
from crawler.kinds import Kind


def analyse_week(
    con: duckdb.DuckDBPyConnection,
    *,
    as_of: datetime,
    limits: RankingConfig,
    watched: Sequence[tuple[Kind, str]] = (),
    authors: Sequence[str] = (),
) -> WeekAnalysis:
    """What happened in the week that ends at `as_of`, an aware time.

    `con` has the database in USE and its time zone is UTC; `watched` names entities by kind and id, `authors` people and
    organisations whose repositories are watched.
    """
    told: list[KindAnalysis] = []
    followed: list[Change] = []
    cards: list[BacktestRow] = []
    for kind in Kind:
        with bounded(con):
            past = earlier_weeks(con, kind, as_of, limits)
            staged = stage_changes(con, pair_of(con, kind, as_of), as_of)
            told.append(analyse_kind(staged, as_of, limits, past))
            followed.extend(watched_changes(staged, as_of, watched, authors))
            cards.extend(backtest(staged, past))
    return WeekAnalysis(
        as_of=as_of,
        kinds=tuple(one.week for one in told),
        shocks=tuple(shock for one in told for shock in one.shocks),
        watched=tuple(followed),
        backtest=tuple(cards),
        quality=quality(con, as_of, told, followed),
    )
