"""Measure the precision of rankings at 50 and 200: `python -m benchmarks.ranking [--seeds N] [--held-out]`.

    world ─► counters in the tables of a store ─► the program's SQL ─► the first 200
          └► the formulas of others

The score comes from the program's own lists.
"""

import argparse
import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import polars as pl

from analysis.comparison import compare, pair_of
from analysis.config import RankingConfig
from analysis.lists import Order, movers
from analysis.ranking import rank_metric
from analysis.records import Metric, Score
from benchmarks.ranking.agents import AGENTS
from benchmarks.ranking.agents import SEEDS as HELD_OUT
from benchmarks.ranking.formulas import FORMULAS, increments
from benchmarks.ranking.worlds import WORLDS, World
from crawler.kinds import Kind
from db.schema.migrate import migrate

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
FIRST = (50, 200)
SEEDS = 4
PROCESSES = 2
SCORE = "the score"
LIMITS = RankingConfig(
    rows=max(FIRST), shrink_downloads=50, shrink_likes=5, shrink_upvotes=5, shock_banner=0.05, shock_withhold=0.25
)


@dataclass(frozen=True, slots=True)
class Precision:
    """The precision of a formula in a world: the share of true risers at each depth."""

    world: str
    formula: str
    shares: tuple[float, ...]
    labelled: int = 0
    """The number of breakouts; formulas have none."""
    correct: int = 0
    """The number of breakouts that are true risers."""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--worlds", nargs="*", choices=WORLDS, default=list(WORLDS))
    parser.add_argument(
        "--held-out", action="store_true", help="the worlds of benchmarks/ranking/agents.py, with their seeds"
    )
    arguments = parser.parse_args()
    worlds, seeds = (AGENTS, HELD_OUT) if arguments.held_out else (arguments.worlds, range(1, arguments.seeds + 1))
    for line in table(measure([*worlds], seeds)):
        print(line)


def measure(names: Sequence[str], seeds: Sequence[int]) -> list[Precision]:
    """Return the mean precision over the seeds, for every formula and world."""
    cases = [(name, seed) for name in names for seed in seeds]
    with ProcessPoolExecutor(PROCESSES) as pool:
        found = [one for many in pool.map(precisions, *zip(*cases, strict=True)) for one in many]
    return [_mean(name, formula, found) for name in names for formula in (*FORMULAS, SCORE)]


def _mean(name: str, formula: str, found: Sequence[Precision]) -> Precision:
    shares = [one.shares for one in found if (one.world, one.formula) == (name, formula)]
    labels = [(one.labelled, one.correct) for one in found if (one.world, one.formula) == (name, formula)]
    labelled, correct = (sum(column) for column in zip(*labels, strict=True))
    return Precision(name, formula, tuple(float(share) for share in np.mean(shares, axis=0)), labelled, correct)


def precisions(name: str, seed: int) -> list[Precision]:
    """Return the precision of every formula in one world."""
    made = (WORLDS | AGENTS)[name](np.random.default_rng(seed))
    intervals = increments(made)
    found = [Precision(name, formula, _shares(made, rank(of(intervals)))) for formula, of in FORMULAS.items()]
    scores = production(made)
    labelled = [place for place, score in scores.items() if score.breakout]
    correct = sum(bool(made.rises[place]) for place in labelled)
    return [*found, Precision(name, SCORE, _shares(made, list(scores)), len(labelled), correct)]


def rank(values: np.ndarray) -> list[int]:
    """Return the top positions of a formula, best first."""
    return [int(place) for place in np.argsort(-values, kind="stable")[: max(FIRST)]]


def _shares(made: World, order: Sequence[int]) -> tuple[float, ...]:
    return tuple(float(sum(made.rises[place] for place in order[:first])) / first for first in FIRST)


def production(made: World, order: Order = Order.SCORE) -> dict[int, Score]:
    """Return the program's risers in an order."""
    with store_of(made) as con:
        as_of = START + timedelta(days=made.days[-1], hours=2)
        ranking = rank_metric(compare(con, pair_of(con, Kind.MODEL, as_of), as_of), made.metric, LIMITS)
        picks = movers(ranking, order).picks
        return {int(pick.change.entity.hub_id, 16) - 1: pick.score for pick in picks if pick.score}


@contextlib.contextmanager
def store_of(made: World) -> Iterator[duckdb.DuckDBPyConnection]:
    """Build a store in memory with a full snapshot for each day of a world."""
    with contextlib.closing(duckdb.connect(config={"threads": 1})) as con, tempfile.TemporaryDirectory() as folder:
        con.execute("SET TimeZone = 'UTC'")
        con.execute("SET enable_progress_bar = false")
        migrate(con, START, "0")
        con.execute(_ENTITIES, {"start": START, "repos": len(made.rises)})
        con.execute(
            "INSERT INTO repo_attributes (entity_key, valid_from, id) SELECT entity_key, first_seen, id FROM entities"
        )
        for number, day in enumerate(made.days, start=1):
            at = START + timedelta(days=day)
            con.execute(_SNAPSHOT, {"number": number, "at": at, "stale": made.stale[number - 1]})
            file = Path(folder) / "counters.parquet"
            pl.DataFrame({"counter": made.counters[:, number - 1]}).write_parquet(file)
            con.execute(_OBSERVATIONS[made.metric], {"number": number, "file": str(file)})
        yield con


_ENTITIES = """
INSERT INTO entities
SELECT i, 'model', format('{:024x}', i), format('org/model-{}', i), TIMESTAMPTZ '2024-01-01', NULL, $start, $start, 1,
       'listed'
FROM range(1, $repos + 1) AS t(i)
"""

_SNAPSHOT = """
INSERT INTO snapshots
    (snapshot_id, kind, scope, observed_at, finished_at, complete, stale, requests, records, duplicates, rejected,
     settings, tool_version, reason, origin, run_id, walk_id)
VALUES
    ($number, 'model', 'full', $at, $at, true, $stale, 1, 0, 0, 0, '{}', '0', NULL, 'crawl', 'b', 'b' || $number)
"""

_OBSERVATIONS = {
    metric: f"""
INSERT INTO observations (snapshot_id, entity_key, {metric.counter})
SELECT $number, file_row_number + 1, counter FROM read_parquet($file, file_row_number := true)
"""
    for metric in Metric
}


def table(found: Sequence[Precision]) -> Iterator[str]:
    """Yield Markdown: one row per formula, one column per world, precision at 50 / 200."""
    names = list(dict.fromkeys(one.world for one in found))
    cells = {
        (one.formula, one.world): " / ".join(f"{share:.2f}"[-3:] if share < 1 else "1" for share in one.shares)
        for one in found
    }
    yield f"| rank by | {' | '.join(names)} |"
    yield "|---" * (len(names) + 1) + "|"
    for formula in dict.fromkeys(one.formula for one in found):
        label = f"**{formula}**" if formula == SCORE else formula
        yield f"| {label} | {' | '.join(cells[formula, name] for name in names)} |"
    labels = {one.world: f"{one.correct} of {one.labelled}" for one in found if one.formula == SCORE}
    yield f"| breakouts that rose | {' | '.join(labels[name] for name in names)} |"


if __name__ == "__main__":
    main()
