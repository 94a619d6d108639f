"""Every section of the benchmarks runs, at a size that says nothing of speed, and worlds are what they say."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.__main__ import SECTIONS, main
from benchmarks.growth import Bytes, a_year, kept_snapshots
from benchmarks.ranking import agents
from benchmarks.ranking.formulas import FORMULAS, seen
from benchmarks.ranking.ranking import production
from benchmarks.ranking.worlds import World
from benchmarks.table import Figure, table
from crawler.kinds import Kind

SMALL = "0.0001"


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_fills_its_lines(section: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each line of the table is of the section that was asked for; what is under way goes to stderr."""
    main([section, "--scale", SMALL])

    out, err = capsys.readouterr()
    lines = [line.split("|")[1].strip() for line in out.splitlines()[2:]]
    assert set(lines) == {section}
    assert err.count(f"{section}: ") == len(lines) + 1


def test_an_unknown_section_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt name ends the run before anything is measured."""
    with pytest.raises(SystemExit):
        main(["crwal"])

    assert "no such section: crwal" in capsys.readouterr().err


def test_columns_are_lined_up() -> None:
    """A ratio has two digits, and none where there is nothing to divide by."""
    figures = [
        Figure("pace", "a walk", "3 s", "2 s", 1.5, "under 4 s"),
        Figure("growth", "a year", "", "", None, ""),
    ]

    assert [line.split("|")[5] for line in table(figures)] == [" ratio ", " ----- ", " 1.50  ", "       "]


def test_a_year_keeps_three_months_and_a_snapshot_of_each_week_before() -> None:
    """Of 365 daily snapshots 90 days and the weeks of the other 275 remain."""
    assert kept_snapshots() == 91 + 40


def test_a_year_adds_up() -> None:
    """Without growth the three parts are plain products of today's Hub."""
    year = a_year({Kind.SPACE: Bytes(numbers=1.0, entity=10.0, change=100.0)})

    assert 131 * 1.4e6 < year["numbers"] < 131 * 1.4e6 * 1.2
    assert 14e6 < year["entities"] < 14e6 * 1.2
    assert year["changes"] == pytest.approx(365 * 0.002 * 1.4e6 * 100)


def agents_world(seed: int, repos: int = 2000) -> World:
    """A small world of the agents, with all that can befall its counters."""
    rng = np.random.default_rng(seed)
    crowd = agents.downloads(rng, repos)
    return agents.shown("small", rng, crowd, missing=(10,), skipped=((19, 0.85), (30, 0.4)), taken_back=31)


def test_the_same_seed_makes_the_same_world() -> None:
    """A world can be made again, and another seed makes another one."""
    first, again, other = (agents_world(seed) for seed in (1, 1, 2))

    assert np.array_equal(first.counters, again.counters)
    assert not np.array_equal(first.counters, other.counters)


def test_agents_come_more_often_to_what_rises() -> None:
    """Those who are said to rise have their day's counts multiplied, the others keep theirs."""
    rng = np.random.default_rng(1)
    crowd = replace(agents.downloads(rng, 2000), rising=0.5, sizes=(4, 4))

    counts, rises = agents.lived(rng, crowd)
    growth = counts[:, -1].astype(float) / np.maximum(counts[:, :28].mean(axis=1), 1)

    assert np.median(growth[rises]) > 2
    assert 0.8 < np.median(growth[~rises & (counts.mean(axis=1) > 1)]) < 1.3


def test_a_world_of_agents_shows_what_befell_its_counters() -> None:
    """One day is missing, two are marked stale since over a quarter stood still, and on one counts were taken back."""
    world = agents_world(1)
    steps = dict(zip(world.days[1:], np.diff(world.counters, axis=1).T, strict=True))

    assert 10 not in world.days
    assert [day for day, stale in zip(world.days, world.stale, strict=True) if stale] == [19, 30]
    assert np.mean(steps[30] == 0) > 0.4
    assert np.any(steps[31] < 0)
    assert not np.any(steps[32] < 0)


def test_every_formula_and_the_score_rank_a_world() -> None:
    """Each formula gives every repository a number, and the score lists some of them, best first."""
    world = agents_world(1)

    assert all(np.isfinite(formula(seen(world))).all() for formula in FORMULAS.values())
    scores = [score.value for score in production(world).values()]
    assert scores == sorted(scores, reverse=True)
    assert scores
