"""Analyses a week from the snapshots taken by its end.

    analyse_week(con, as_of), for each kind:
        earlier_weeks ─► pair_of ─► compare ─► analyse_kind     lists, the Hub's own order, past weeks, what is new
        WeekGroups                                              facets, topics, families, organisations, citations
        watched_changes                                         the changes of the watch list
        backtest                                                the gains this week of last week's picks
    ages                                                        the listed entities at equal ages
    adoption                                                    the citers of papers, with the totals of look-ups
    quality                                                     the snapshots used and what is missing

Only snapshots up to `as_of` are read, with the names and attributes at the newer snapshot of a pair. So the same
snapshots always give the same results.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

import duckdb

from analysis.comparison import Comparison, compare, describe_trending, first_trend_at, pair_of
from analysis.config import RankingConfig
from analysis.groups.adoption import week_adoption
from analysis.groups.ages import ages
from analysis.groups.descriptions import descriptions
from analysis.groups.week import WeekGroups
from analysis.history import EarlierWeek, backtest, earlier_weeks, with_history
from analysis.lists import described, select_lists
from analysis.quality import quality
from analysis.ranking import Ranking, rank_metric
from analysis.rankings import to_store
from analysis.records import (
    METRICS,
    BacktestRow,
    Change,
    HubShift,
    KindAnalysis,
    KindWeek,
    Metric,
    RankedList,
    Share,
    ShareShift,
    Trending,
    WeekAnalysis,
)
from analysis.share_shifts import share_shifts
from analysis.votes_by_age import typical_votes
from analysis.watchlist import watched_changes
from analysis.weekly_gains import PastWeeks, weekly_gains
from crawler.kinds import Kind
from db.memory import cap_memory
from db.ranked import StoredRanking

logger = logging.getLogger(__name__)

RANKED = 10
"""Entities of the Hub's own order whose earlier places a report shows."""

LABELS = 10
"""Maximum number of bars in a chart of new entities."""


def analyse_week(
    con: duckdb.DuckDBPyConnection,
    *,
    as_of: datetime,
    limits: RankingConfig,
    watched: Sequence[tuple[Kind, str]] = (),
    authors: Sequence[str] = (),
) -> WeekAnalysis:
    """Analyse the week that ends at `as_of`, an aware time.

    `con` has the database in USE and its time zone is UTC. `watched` names entities by kind and id; `authors` names
    people and organisations whose repositories are watched.
    """
    analyses: list[KindAnalysis] = []
    watched_rows: list[Change] = []
    backtests: list[BacktestRow] = []
    groups = WeekGroups(con, as_of)
    rankings: list[StoredRanking] = []
    for kind in Kind:
        with cap_memory(con):
            past = earlier_weeks(con, kind, as_of, limits)
            comparison = compare(con, pair_of(con, kind, as_of), as_of)
            groups.add(comparison)
            analyses.append(analyse_kind(comparison, limits, past))
            watched_rows.extend(watched_changes(comparison, as_of, watched, authors))
            backtests.extend(backtest(comparison, past, limits.rows))
            rankings.extend(ranking for earlier in past for ranking in earlier.fresh)
        logger.info("analysed %s", kind.plural)
    listed = _listed(analyses)
    with cap_memory(con):
        aged = [one for kind, names in listed.items() for one in ages(con, kind, as_of=as_of, hub_ids=names)]
        topics, owners = groups.topics(), groups.organisations()
    logger.info("analysed topics, organisations and ages")
    results = WeekAnalysis(
        as_of=as_of,
        kinds=tuple(one.week for one in analyses),
        shocks=tuple(shock for one in analyses for shock in one.shocks),
        watched=tuple(watched_rows),
        backtest=tuple(backtests),
        quality=quality(con, as_of, analyses, watched_rows),
        families=groups.families,
        facets=tuple(groups.facets),
        gains=tuple(groups.gains),
        topics=topics,
        emerging=tuple(groups.emerging),
        organisations=owners,
        ages=tuple(aged),
        rankings=(*rankings, *(ranking for one in analyses for ranking in one.rankings)),
    )
    return with_look_ups(con, results)


def with_look_ups(con: duckdb.DuckDBPyConnection, results: WeekAnalysis) -> WeekAnalysis:
    """Return the analysis with the results of look-ups: descriptions, totals of papers, and the number of requests.

    `con` is that of `analyse_week`, whose temporary tables are read.
    """
    requests = dict(con.execute("SELECT snapshot_id, requests FROM snapshots").fetchall())
    used = tuple(replace(one, requests=requests[one.snapshot_id]) for one in results.quality.used)
    with cap_memory(con):
        found = week_adoption(con, results.as_of)
        described = [
            one
            for week in results.kinds
            if week.pair.now_at is not None
            for one in descriptions(con, week.kind, _hub_ids(week), week.pair.now_at)
        ]
    quality_now = replace(results.quality, used=used)
    return replace(results, adoption=found, descriptions=tuple(described), quality=quality_now)


def _listed(analyses: Sequence[KindAnalysis]) -> dict[Kind, tuple[str, ...]]:
    """Return the Hub ids of the listed entities of each kind that lists any."""
    return {one.week.kind: names for one in analyses if (names := _hub_ids(one.week))}


def _hub_ids(week: KindWeek) -> tuple[str, ...]:
    """Return the Hub id of every listed entity once, in the order of the lists."""
    picks = (pick for ranked in week.lists for pick in ranked.picks)
    return tuple(dict.fromkeys(pick.change.entity.hub_id for pick in picks))


def analyse_kind(comparison: Comparison, limits: RankingConfig, past: Sequence[EarlierWeek]) -> KindAnalysis:
    """Rank every metric of the compared kind and gather its week."""
    lists: list[RankedList] = []
    shocks: list[HubShift] = []
    scored: list[Ranking] = []
    shares: tuple[ShareShift, ...] = ()
    rankings: list[StoredRanking] = []
    for metric in METRICS[comparison.pair.kind]:
        ranking = rank_metric(comparison, metric, limits)
        selections = select_lists(ranking)
        lists.extend(with_history(ranked, comparison.as_of, past) for ranked in described(ranking, selections))
        rankings.extend([to_store(ranking, selections)] if comparison.pair.before_snapshot is not None else ())
        shocks.extend([ranking.shock] if ranking.shock else ())
        scored.append(ranking)
        # read here: the next metric replaces the temporary tables
        shares = shares or share_shifts(ranking)
    return KindAnalysis(
        week=_kind_week(comparison, limits, tuple(lists), shares),
        shocks=tuple(shocks),
        history=tuple(line for ranking in scored if (line := _snapshots_read(ranking))),
        imported=tuple(line for ranking in scored if (line := _imported_read(ranking))),
        rankings=tuple(rankings),
    )


def _snapshots_read(ranking: Ranking) -> str | None:
    if ranking.scored is None:
        return None
    panel = ranking.scored.panel
    return (
        f"Scores of {ranking.comparison.pair.kind.plural} by {ranking.metric.value} rest on {len(panel.snapshots)}"
        f" {panel.granularity.name} snapshots from {panel.snapshots[0].observed_at:%Y-%m-%d}"
        f" to {panel.snapshots[-1].observed_at:%Y-%m-%d}"
        + (f", {panel.imported} of them imported." if panel.imported else ".")
    )


def _imported_read(ranking: Ranking) -> str | None:
    panel = ranking.scored.panel if ranking.scored else None
    if panel is None or not panel.imported:
        return None
    return (
        f"{panel.imported} of the {len(panel.snapshots)} snapshots that scores of"
        f" {ranking.comparison.pair.kind.plural} by {ranking.metric.value} read were imported, not taken here."
    )


def _kind_week(
    comparison: Comparison, limits: RankingConfig, lists: tuple[RankedList, ...], shares: tuple[ShareShift, ...]
) -> KindWeek:
    pair = comparison.pair
    trending = [
        key
        for (key,) in comparison.query(
            "SELECT c.entity_key FROM {change} AS c WHERE c.rank_now IS NOT NULL"
            " ORDER BY c.rank_now, c.id, c.hub_id LIMIT $rows",
            {"rows": limits.rows},
        )
    ]
    order = describe_trending(comparison, trending)
    past = _past(comparison, lists, order)
    return KindWeek(
        kind=pair.kind,
        pair=pair,
        listed=comparison.count(METRICS[pair.kind][0])[0],
        lists=lists,
        trending=tuple(order),
        created=_created(comparison),
        created_in_week=_created_in_week(comparison),
        newest=_newest(comparison),
        first_trend_at=first_trend_at(comparison.con, pair),
        typical_votes=typical_votes(comparison),
        shares=shares,
        past_weeks=past.weeks,
        weekly_gains=past.gains,
        past_ranks=past.ranks,
    )


def _created(comparison: Comparison) -> tuple[tuple[date, int], ...]:
    rows = comparison.query(
        """
        SELECT (c.created_at AT TIME ZONE 'UTC')::DATE AS day, count(*)
        FROM {change} AS c
        WHERE c.is_now AND c.created_at <= $now_at AND c.created_at > $now_at::TIMESTAMPTZ - INTERVAL 28 DAY
        GROUP BY day
        ORDER BY day
        """,
        {"now_at": comparison.pair.now_at},
    )
    return tuple((day, count) for day, count in rows)


def _created_in_week(comparison: Comparison) -> int:
    ((count,),) = comparison.query(
        """
        SELECT count(*)
        FROM {change} AS c
        WHERE c.is_now AND c.created_at <= $now_at AND c.created_at > $now_at::TIMESTAMPTZ - INTERVAL 7 DAY
        """,
        {"now_at": comparison.pair.now_at},
    )
    return int(count)


def _newest(comparison: Comparison) -> tuple[Share, ...]:
    attribute = comparison.pair.kind.spec.label_attribute
    if attribute is None:
        return ()
    parameters = {"now_at": comparison.pair.now_at, "rows": LABELS}
    return tuple(Share(*row) for row in comparison.run("newest", parameters, {"attribute": attribute}))


def _past(comparison: Comparison, lists: Sequence[RankedList], trending: Sequence[Trending]) -> PastWeeks:
    """Return the last weeks of every listed entity, and of the first ones in the Hub's own order."""
    listed = {metric: dict.fromkeys(_named(lists, metric)) for metric in METRICS[comparison.pair.kind]}
    first = [one.entity.hub_id for one in trending]
    listed[METRICS[comparison.pair.kind][-1]].update(dict.fromkeys(first))
    return weekly_gains(comparison, listed, first[:RANKED])


def _named(lists: Sequence[RankedList], metric: Metric) -> Iterator[str]:
    return (pick.change.entity.hub_id for ranked in lists if ranked.metric is metric for pick in ranked.picks)
