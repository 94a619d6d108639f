"""history and compare on the command line."""

import json
from pathlib import Path

import pytest

from crawler.kinds import Kind
from hubtrends.cli import run
from hubtrends.exit_codes import ExitCode
from tests.fakes.command_line import said
from tests.fakes.walks import day, new_store, repo


def test_entities_are_compared_side_by_side(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each entity has one sparkline over the same times; each time has one row, with a gap for a missing value."""
    assert run(["compare", "org/a", "org/b", "--metric", "likes"]) == ExitCode.OK

    lines = said(capsys)[0].splitlines()
    assert [line.split() for line in lines[:3]] == [
        ["id", "first", "line", "last", "change"],
        ["org/a", "0", "▁", "▆", "7", "+7"],
        ["org/b", "9", "█", "▃▂", "1", "−8"],
    ]
    assert [line.split()[2:] for line in lines[5:]] == [["0", "9"], ["7", "2"], ["1"]]


@pytest.mark.parametrize("style", ["json", "csv", "md"])
def test_a_comparison_in_every_format(style: str, database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Numbers are aligned by time for programs too."""
    assert run(["compare", "org/a", "org/b", "org/s", "--format", style]) == ExitCode.OK

    out, _ = said(capsys)
    assert "2026-09-14" in out
    if style == "json":
        assert json.loads(out)[1] == {"observed_at": "2026-09-14T10:00:00Z", "org/a": 7, "org/b": 2, "org/s": 4}
    assert ("█" in out) is (style == "md")


REFUSED_COMPARISONS = {
    "one entity alone": (["org/a"], ExitCode.USAGE, "name at least two entities"),
    "the same entity twice": (["org/a", "org/a"], ExitCode.USAGE, "name at least two entities"),
    "an entity never seen": (["org/a", "org/x"], ExitCode.NOTHING_YET, "has never seen 'org/x'"),
    "entities without a common counter": (["org/a", "2401.00001"], ExitCode.USAGE, "models and papers have no counter"),
    "a counter that one lacks": (
        ["org/a", "org/s", "--metric", "downloads"],
        ExitCode.USAGE,
        "have likes in common",
    ),
}


@pytest.mark.parametrize(("words", "code", "reason"), REFUSED_COMPARISONS.values(), ids=REFUSED_COMPARISONS.keys())
def test_what_cannot_be_compared(
    words: list[str], code: ExitCode, reason: str, database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The error is one line."""
    assert run(["compare", *words]) == code
    assert reason in said(capsys)[1]


def test_entities_of_one_name_have_separate_histories(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two entities with the same former name have separate sparklines and tables, without columns of usual values."""
    with new_store(tmp_path) as store:
        for at in (0, 7):
            store.take(Kind.MODEL, day(at), repo("a", id="org/name", likes=at))
        store.take(Kind.MODEL, day(14), repo("b", id="org/name", likes=100))

    assert run(["history", "org/name", "--db", str(tmp_path / "hub.duckdb")]) == ExitCode.OK
    assert said(capsys)[0].splitlines() == [
        "model org/name a",
        "likes               ▁      █",
        "",
        "observed_at           likes  scope",
        "2026-09-07 10:00:00Z      0  head",
        "2026-09-14 10:00:00Z      7  head",
        "",
        "model org/name b",
        "likes               ▅",
        "",
        "observed_at           likes  scope",
        "2026-09-21 10:00:00Z    100  head",
    ]
