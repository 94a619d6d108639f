"""The score: whether a level that began in the week, and lasts, explains it better than the entity's own past does.

    screen      this week beside the usual week; the Hub's own move; who is looked at closely, and a fair sample
    days        increments between sightings; revisions and skipped refreshes left out; the Hub's day taken off
    past        each entity's middle day, noise and drift, drawn towards entities of like level
    logs        what the days say: many counts by their logarithm,
    or counts   few counts, such as likes, by the distribution of counts
    evidence    the odds of a lasting shift against none, over its sizes and the days it may have begun on

Each step is a file of sql/ that fills temporary tables; the last one is `score`, one row for each entity that moved. It
is the same for rises and falls. docs/ranking.md explains the score and shows how it does.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from analysis.comparison import Staged
from analysis.config import RankingConfig
from analysis.metrics import COUNTERS
from analysis.provenance import OWN
from analysis.records import Metric
from analysis.score.panel import WEEK, WEEKLY, Granularity, Panel, SnapshotRef, panel_of
from db.sql import run_sql

YOUNG_DAYS = 14
"""Growth needs two weeks of history: before, a launch is compared with nothing."""

MOST_EXAMINED = 50_000
"""In each direction, by the week's change: more cannot reach a list, and this many fit into memory."""

LEAST_MOVE = 1.1
"""A week that is no larger than that against its usual one is no rise, whatever its days did. A rise by 1.5 that began
two days ago lifts a week by 1.14."""

SAMPLE = 30_000
"""Entities that say what is usual; the middle of so many is known to a hundredth of their spread."""

ENOUGH = 30
"""Fewer entities have no trustworthy middle."""

LEAST_DAY_SHRINK = 2.0
"""A day by itself is shrunk by so much at the least: with 5/7 likes the first like of a day would double it, and what
has next to nothing would stand before what has many times more (docs/ranking.md)."""

PEERS_WEIGH = 20
"""The spread of like entities counts as much as so many days of the entity's own."""

WEEKS_OF_FEW = (4.0, 6.0)
"""Rises that weeks of likes and upvotes are tried for as well: a week of downloads that is so much larger was mostly
ruled by a single day, a week of likes was not.
"""

LEAST_CLUMPS = 0.1
"""Few counts vary by so much of their squared mean at the least, beside what counting brings."""

DRIFTS = (-1.5, 0.0, 1.5)
DRIFT_WEIGHTS = (0.2, 0.6, 0.2)
"""A drift of the level in units of its usual size, as three points of about a normal curve."""

BURSTS = (10.0, 30.0)
"""Sizes of a burst at its height, in units of the usual day: a smaller one is hard to tell from a rise."""

BURST_WEIGHT = 0.05
"""How much of what is no rise is a burst that fades."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A metric whose scores lie in the temporary table `score`."""

    staged: Staged
    metric: Metric
    panel: Panel
    moved: float
    """The middle log ratio of this week against the usual one, over the Hub."""


def score_metric(staged: Staged, metric: Metric, limits: RankingConfig) -> Scored | None:
    """Fill `score` for the staged kind; None where there is no history to compare with."""
    panel = _panel(staged, metric)
    if panel is None:
        return None
    parameters = _parameters(staged, metric, panel, limits.shrink(metric))
    for step in ("01_screen", "02_days", "03_past", _days_told(metric, panel.granularity), "05_evidence"):
        run_sql(staged.con, f"analysis/score/{step}", parameters, COUNTERS[metric])
    ((moved,),) = run_sql(staged.con, "analysis/score/hub_moved")
    return Scored(staged, metric, panel, moved)


def _panel(staged: Staged, metric: Metric) -> Panel | None:
    pair = staged.pair
    if pair.now_snapshot is None or pair.now_at is None or pair.before_snapshot is None or pair.before_at is None:
        return None
    parameters = {"kind": pair.kind.value, "now_at": pair.now_at, "refreshed": metric is Metric.DOWNLOADS}
    usable = [SnapshotRef(*row) for row in run_sql(staged.con, "analysis/score/usable", parameters)]
    now = SnapshotRef(pair.now_snapshot, pair.now_at, pair.now_origin != OWN)
    return panel_of(usable, now, SnapshotRef(pair.before_snapshot, pair.before_at, pair.before_origin != OWN))


def _days_told(metric: Metric, granularity: Granularity) -> str:
    """The step that reads the days: likes and upvotes of a day are few, and taken as counts."""
    return "04_logs" if metric is Metric.DOWNLOADS or granularity is WEEKLY else "04_counts"


def _factors(metric: Metric, granularity: Granularity) -> list[float]:
    """The lasting rises that are tried."""
    few = metric is not Metric.DOWNLOADS and granularity is WEEKLY
    return [*granularity.factors, *(WEEKS_OF_FEW if few else ())]


def _parameters(staged: Staged, metric: Metric, panel: Panel, shrink: float) -> dict[str, Any]:
    granularity, before_at = panel.granularity, staged.pair.before_at
    spans = panel.spans + (None,) * (4 - len(panel.spans))
    refreshed = metric is Metric.DOWNLOADS and granularity is not WEEKLY
    still = [panel.earlier(staged.pair.now_at), panel.earlier(before_at)] if refreshed else []
    return {
        "weeks": [taken.snapshot_id for taken in panel.weeks],
        "spans": list(spans),
        "span": staged.pair.span_days,
        "still": [taken.snapshot_id if taken else None for taken, _ in still],
        "still_days": [days for _, days in still],
        "young_days": YOUNG_DAYS,
        "shrink": shrink,
        "day_shrink": day_shrink(granularity, shrink),
        "most": MOST_EXAMINED,
        "least_move": LEAST_MOVE,
        "sample": SAMPLE,
        "enough": ENOUGH,
        "snapshots": [taken.snapshot_id for taken in panel.snapshots],
        "times": [taken.observed_at for taken in panel.snapshots],
        "refreshed": refreshed,
        "now_at": staged.pair.now_at,
        "before_at": before_at,
        "late_at": before_at - WEEK + timedelta(hours=12) if before_at else None,
        "least_past": granularity.least_past,
        "least_week": granularity.least_week,
        "across": granularity is WEEKLY,
        "least_clumps": LEAST_CLUMPS,
        "peers_weigh": PEERS_WEIGH,
        "step": granularity.step_days,
        "tail": granularity.tail,
        "factors": _factors(metric, granularity),
        "onset_days": granularity.onset_days,
        "middle_costs": granularity.middle_costs,
        "fades": list(granularity.fades),
        "bursts": list(BURSTS),
        "burst_weight": BURST_WEIGHT if granularity.fades else 0.0,
        "drifts": list(DRIFTS),
        "weights": list(DRIFT_WEIGHTS),
    }


def day_shrink(granularity: Granularity, shrink: float) -> float:
    """What is added to an increment a day before its logarithm is taken, when `shrink` is added to a week's."""
    return shrink / 7 if granularity is WEEKLY else max(shrink / 7, min(shrink, LEAST_DAY_SHRINK))
