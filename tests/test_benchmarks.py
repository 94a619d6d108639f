"""Every section of the benchmarks runs, at a size that says nothing of speed."""

import pytest

from benchmarks.__main__ import SECTIONS, main
from benchmarks.growth import Bytes, a_year, kept_snapshots
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
    year = a_year({Kind.SPACE: Bytes(numbers=1.0, thing=10.0, change=100.0)})

    assert 131 * 1.4e6 < year["numbers"] < 131 * 1.4e6 * 1.2
    assert 14e6 < year["things"] < 14e6 * 1.2
    assert year["changes"] == pytest.approx(365 * 0.002 * 1.4e6 * 100)
