"""Every section of the benchmarks runs at a small size, and the worlds have the stated properties."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.__main__ import SECTIONS, main
from benchmarks.growth import Bytes, a_year, kept_snapshots
from benchmarks.ranking import agents
from benchmarks.ranking.formulas import FORMULAS, increments
from benchmarks.ranking.ranking import production
from benchmarks.ranking.worlds import World
from benchmarks.table import Figure, table
from crawler.kinds import Kind

SMALL = "0.0001"


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_fills_its_lines(section: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each line of the table belongs to the requested section; progress goes to stderr."""
    main([section, "--scale", SMALL])

    out, err = capsys.readouterr()
    lines = [line.split("|")[1].strip() for line in out.splitlines()[2:]]
    assert set(lines) == {section}
    assert err.count(f"{section}: ") == len(lines) + 1


def test_an_unknown_section_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt section ends the run before the first measurement."""
    with pytest.raises(SystemExit):
        main(["crwal"])

    assert "no such section: crwal" in capsys.readouterr().err


def test_columns_are_aligned() -> None:
    """A ratio has two decimals; without a yardstick the cell is empty."""
    figures = [
        Figure("pace", "a walk", "3 s", "2 s", 1.5, "under 4 s"),
        Figure("growth", "a year", "", "", None, ""),
    ]

    assert [line.split("|")[5] for line in table(figures)] == [" ratio ", " ----- ", " 1.50  ", "       "]


def test_a_year_keeps_three_months_and_a_snapshot_of_each_week_before() -> None:
    """Of 365 daily snapshots, those of 90 days and one for each week of the other 275 remain."""
    assert kept_snapshots() == 91 + 40


def test_a_year_adds_up() -> None:
    """The three parts are products of the size of the Hub, plus a year of growth."""
    year = a_year({Kind.SPACE: Bytes(counters=1.0, entity=10.0, change=100.0)})

    assert 131 * 1.4e6 < year["counters"] < 131 * 1.4e6 * 1.2
    assert 14e6 < year["entities"] < 14e6 * 1.2
    assert year["changes"] == pytest.approx(365 * 0.002 * 1.4e6 * 100)


def agents_world(seed: int, repos: int = 2000) -> World:
    """Return a small world of agents with every fault of its counters."""
    rng = np.random.default_rng(seed)
    crowd = agents.downloads(rng, repos)
    return agents.shown("small", rng, crowd, missing=(10,), skipped=((19, 0.85), (30, 0.4)), lowered_on=31)


def test_the_same_seed_makes_the_same_world() -> None:
    """The same seed gives the same counters, another seed gives others."""
    first, again, other = (agents_world(seed) for seed in (1, 1, 2))

    assert np.array_equal(first.counters, again.counters)
    assert not np.array_equal(first.counters, other.counters)


def test_the_counts_of_risers_are_multiplied() -> None:
    """Risers have higher counts per day; the counts of the others stay the same."""
    rng = np.random.default_rng(1)
    crowd = replace(agents.downloads(rng, 2000), rising=0.5, sizes=(4, 4))

    counts, rises = agents.simulate(rng, crowd)
    growth = counts[:, -1].astype(float) / np.maximum(counts[:, :28].mean(axis=1), 1)

    assert np.median(growth[rises]) > 2
    assert 0.8 < np.median(growth[~rises & (counts.mean(axis=1) > 1)]) < 1.3


def test_a_world_of_agents_shows_the_faults_of_its_counters() -> None:
    """One day is missing, two are stale since over a quarter stood still, and one day has lowered counters."""
    world = agents_world(1)
    steps = dict(zip(world.days[1:], np.diff(world.counters, axis=1).T, strict=True))

    assert 10 not in world.days
    assert [day for day, stale in zip(world.days, world.stale, strict=True) if stale] == [19, 30]
    assert np.mean(steps[30] == 0) > 0.4
    assert np.any(steps[31] < 0)
    assert not np.any(steps[32] < 0)


def test_every_formula_and_the_score_rank_a_world() -> None:
    """Each formula returns a number per repository, and the score lists some of them, best first."""
    world = agents_world(1)

    assert all(np.isfinite(formula(increments(world))).all() for formula in FORMULAS.values())
    scores = [score.value for score in production(world).values()]
    assert scores == sorted(scores, reverse=True)
    assert scores
