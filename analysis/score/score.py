"""Scores entities: how much better a lasting level shift explains their week than their own past does.

    01_screened      this week and the baseline week          02_hub_week   the shift of the whole Hub
    03_examined      the entities examined day by day         04_daily      increments between sightings
    05_hub_day       the Hub's day, which is subtracted       06_past       past mean, spread and drift statistic
    07_peers         entities of the same level               08_measured   daily noise and drift
    09_days_lognormal, or for few counts 09_day_effect, 10_counts and 11_days_negative_binomial
    12_score         log odds of a lasting shift, over its sizes and onsets; its impact
    13_unmeasured    entities that rose but have too few days for a score

Each step is a file of sql/ that fills the temporary table of its name; `score` has one row per examined entity that
moved, up or down. If there is no history, 00_score_without_history creates the tables without rows. docs/ranking.md
explains the score and measures it.
"""

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import duckdb

from analysis.comparison import Comparison
from analysis.config import RankingConfig
from analysis.records import Metric, Pair, Score
from analysis.score.panel import DAILY, READ_BACK, WEEK, WEEKLY, Granularity, Panel, SnapshotRef, panel_of
from analysis.score.significance import null_distribution, threshold, why_no_null_distribution
from crawler.kinds import OWN_ORIGIN

logger = logging.getLogger(__name__)

YOUNG_DAYS = 14
"""Minimum age for a score, which compares with two weeks of history."""

MAX_EXAMINED = 50_000
"""Maximum number of examined entities per direction, by the week's change. Smaller changes cannot reach a list."""

MIN_LIFT = 1.1
"""Minimum factor between this week and the baseline week. A factor of 1.5 for two days lifts a week by 1.14."""

SAMPLE = 30_000
"""Size of the sample for the peers' values. The error of its median is a hundredth of the spread."""

MIN_PEERS = 30
"""Minimum number of entities for a reliable median."""

MIN_DAY_SHRINK = 2.0
"""Minimum shrinkage constant of a day. With 5/7 likes, the first like of a day doubles it, and tiny entities outrank
larger ones (docs/ranking.md)."""

PEERS_WEIGHT = 20
"""Weight of the peers' spread, in days of the entity's own past."""

WEEKLY_LIFTS_OF_COUNTS = (4.0, 6.0)
"""Additional factors for weeks of likes and upvotes. An equally large week of downloads is mostly one large day."""

MIN_OVERDISPERSION = 0.1
"""Minimum variance of few counts beyond Poisson's, in units of their squared mean."""

DRIFTS = (-1.5, 0.0, 1.5)
DRIFT_WEIGHTS = (0.2, 0.6, 0.2)
"""A drift of the level in units of its sd: three points that approximate a normal distribution."""

BURSTS = (10.0, 30.0)
"""Heights of a burst, in baseline days: smaller ones look like a rise."""

FORMULA = 1
"""The version of scores and lists. Increase it with every change of their content, so that stored rankings are
replaced."""

MIN_SCORE = 2.0
"""Minimum score of an entity on a list: odds of 7 to 1 (docs/ranking.md)."""

BURST_WEIGHT = 0.05
"""Prior probability of a burst if there is no shift."""

_FIRST_STEPS = (
    "00_interquartile_mean", "01_screened", "02_hub_week", "03_examined", "04_daily", "05_hub_day", "06_past",
    "07_peers", "08_measured",
)  # fmt: skip
_LOGNORMAL_STEPS = ("09_days_lognormal",)
_LAST_STEPS = ("12_score", "13_unmeasured")
_NEGATIVE_BINOMIAL_STEPS = ("09_day_effect", "10_counts", "11_days_negative_binomial")


@dataclass(frozen=True, slots=True)
class Scored:
    """A metric whose scores are in the temporary table `score`."""

    comparison: Comparison
    metric: Metric
    panel: Panel
    hub_shift: float
    """Median log ratio of this week to the baseline week over the Hub."""


@dataclass(frozen=True, slots=True)
class Breakouts:
    """The entities whose shift is significant among all tested."""

    keys: frozenset[int]
    tested: int
    """How many entities the breakout test covered."""
    untested: str | None = None
    """Reason why no entity was tested."""


def score_metric(comparison: Comparison, metric: Metric, limits: RankingConfig) -> Scored | None:
    """Fill `score` for a metric of the comparison; None without history to compare with."""
    panel = panel_for(comparison.con, comparison.pair, metric)
    if panel is None:
        logger.debug("%s by %s: no history to score against", comparison.pair.kind.plural, metric)
        comparison.run("score/00_score_without_history")
        return None
    few = metric is not Metric.DOWNLOADS and panel.granularity is not WEEKLY
    logger.debug(
        "%s by %s: %d %s snapshots, %s days", comparison.pair.kind.plural, metric, len(panel.snapshots),
        panel.granularity.name, "negative binomial" if few else "lognormal",
    )  # fmt: skip
    parameters = _parameters(comparison, metric, panel, limits.shrink(metric))
    for step in (*_FIRST_STEPS, *(_NEGATIVE_BINOMIAL_STEPS if few else _LOGNORMAL_STEPS), *_LAST_STEPS):
        comparison.run(f"score/{step}", parameters, metric.columns)
    ((hub_shift,),) = comparison.query("SELECT h.shift FROM hub_week AS h")
    return Scored(comparison, metric, panel, hub_shift)


def panel_for(con: duckdb.DuckDBPyConnection, pair: Pair, metric: Metric) -> Panel | None:
    """Choose the panel from complete snapshots; for downloads only from those with fresh counters."""
    if pair.now_snapshot is None or pair.now_at is None or pair.before_snapshot is None or pair.before_at is None:
        return None
    rows = con.execute(
        """
        SELECT s.snapshot_id, s.observed_at, s.origin <> 'crawl' AS imported
        FROM snapshots AS s
        WHERE s.kind = $kind AND s.complete AND (s.stale IS NOT TRUE OR NOT $refreshed)
          AND s.observed_at <= $now_at AND s.observed_at > $since
        ORDER BY s.observed_at, s.snapshot_id
        """,
        {
            "kind": pair.kind.value,
            "now_at": pair.now_at,
            "since": pair.now_at - READ_BACK,
            "refreshed": metric is Metric.DOWNLOADS,
        },
    ).fetchall()
    now = SnapshotRef(pair.now_snapshot, pair.now_at, pair.now_origin != OWN_ORIGIN)
    before = SnapshotRef(pair.before_snapshot, pair.before_at, pair.before_origin != OWN_ORIGIN)
    return panel_of([SnapshotRef(*row) for row in rows], now, before)


def _parameters(comparison: Comparison, metric: Metric, panel: Panel, shrink: float) -> dict[str, Any]:
    """Return the SQL parameters of all steps; each step reads those in its header."""
    granularity, pair = panel.granularity, comparison.pair
    weekly, downloads = granularity is WEEKLY, metric is Metric.DOWNLOADS
    refreshed = downloads and not weekly
    stalled = [panel.earlier(pair.now_at), panel.earlier(pair.before_at)] if refreshed else []
    return {
        "weeks": [one.snapshot_id for one in panel.weeks],
        "spans": [*panel.spans, *[None] * (4 - len(panel.spans))],
        "span": pair.span_days,
        "stalled": [one.snapshot_id if one else None for one, _ in stalled],
        "stalled_days": [days for _, days in stalled],
        "young_days": YOUNG_DAYS,
        "shrink": shrink,
        "day_shrink": day_shrink(granularity, shrink),
        "max_examined": MAX_EXAMINED,
        "min_lift": MIN_LIFT,
        "sample": SAMPLE,
        "min_peers": MIN_PEERS,
        "snapshots": [one.snapshot_id for one in panel.snapshots],
        "times": [one.observed_at for one in panel.snapshots],
        "refreshed": refreshed,
        "now_at": pair.now_at,
        "before_at": pair.before_at,
        "late_at": pair.before_at - WEEK + timedelta(hours=12) if pair.before_at else None,
        "min_past": granularity.min_past,
        "min_week": granularity.min_week,
        "across": weekly,
        "min_overdispersion": MIN_OVERDISPERSION,
        "peers_weight": PEERS_WEIGHT,
        "step": granularity.step_days,
        "degrees": granularity.degrees,
        "lifts": [*granularity.lifts, *(WEEKLY_LIFTS_OF_COUNTS if weekly and not downloads else ())],
        "onset_days": granularity.onset_days,
        "mean_variance": granularity.mean_variance,
        "fades": list(granularity.fades),
        "bursts": list(BURSTS),
        "burst_weight": BURST_WEIGHT if granularity.fades else 0.0,
        "drifts": list(DRIFTS),
        "drift_weights": list(DRIFT_WEIGHTS),
    }


def day_shrink(granularity: Granularity, shrink: float) -> float:
    """Return the shrinkage constant of a day, given the constant of a week."""
    return shrink / 7 if granularity is WEEKLY else max(shrink / 7, min(shrink, MIN_DAY_SHRINK))


def scores_of(scored: Scored, keys: Sequence[int]) -> dict[int, Score]:
    """Return the scores of those entities that left the level of their past, by key.

    `breakout` is still False for all of them.
    """
    rows = scored.comparison.run("score/scores_of_keys", {"keys": list(keys)})
    return {key: _score(row, scored.panel.granularity) for key, *row in rows}


def find_breakouts(scored: Scored, limits: RankingConfig, *, falling: bool) -> Breakouts:
    """Find the rises, or the falls, that are significant among all tested entities."""
    comparison, direction, shrink = scored.comparison, -1 if falling else 1, limits.shrink(scored.metric)
    parameters = {"direction": direction, "mean_variance": scored.panel.granularity.mean_variance}
    sample = [deviation for (deviation,) in comparison.run("score/null_sample", parameters)]
    null = null_distribution(sample)
    if null is None:
        return Breakouts(frozenset(), 0, why_no_null_distribution(len(sample)))
    ((tested,),) = comparison.query(
        "SELECT count(*) FROM screened AS s WHERE s.baseline >= $shrink / 7", {"shrink": shrink}
    )
    deviations = comparison.query(
        """
        SELECT s.entity_key, s.deviation
        FROM score AS s
        WHERE s.direction = $direction AND s.baseline >= $shrink / 7 AND s.deviation >= 1
        ORDER BY s.entity_key
        """,
        {"direction": direction, "shrink": shrink},
    )
    p_values = {key: null.p_value(deviation) for key, deviation in deviations}
    limit = threshold(p_values.values(), tested)
    found = frozenset(key for key, p in p_values.items() if p <= limit)
    logger.debug("%s: %d of %d tested are breakouts", scored.metric, len(found), tested)
    return Breakouts(found, tested)


def _score(row: list[Any], granularity: Granularity) -> Score:
    direction, evidence, shift, lower_bound, impact, since, daily_noise, drift, this_week, baseline = row
    onset: datetime | None = since if granularity is DAILY else None
    return Score(
        value=evidence,
        lift=round(math.exp(direction * shift), 6),
        lower_bound=round(math.exp(direction * lower_bound), 6),
        impact=impact,
        since=onset.date() if onset else None,
        granularity=granularity.name,
        breakout=False,
        terms=(
            ("this week", round(this_week, 3)),
            ("baseline week", round(baseline, 3)),
            ("daily noise", round(daily_noise, 6)),
            ("drift", round(drift, 6)),
        ),
    )
