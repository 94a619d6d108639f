"""`hubtrends trends facets|topics|tags|weeks`, and the same rows in a notebook."""

import contextlib
import json
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner, Result

import hubtrends
from hubtrends.app import app
from hubtrends.errors import UnknownFacetError
from tests.fakes.store import DAY, START, Store

END = START + 14 * DAY


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three weekly snapshots of two models, one of them of a task with a hostile name."""
    path = tmp_path_factory.mktemp("shares") / "hub.duckdb"
    with contextlib.closing(duckdb.connect()) as con:
        con.execute("ATTACH $path AS hub (STORAGE_VERSION 'v1.4.0')", {"path": str(path)})
        con.execute("USE hub")
        store = Store(con)
        store.entity("a/mamba", task="text", author="a")
        store.entity("b/other", task="\x1b[31mred\u202e", author="b")
        for week in range(3):
            numbers = {"a/mamba": {"likes": 3 * week}, "b/other": {"likes": week}}
            store.snapshot(START + 7 * week * DAY, numbers)
    return path


def run(database: Path, *words: str) -> Result:
    """Run `trends` at the end of the last week."""
    return CliRunner().invoke(app, ("trends", *words, "--db", str(database), "--as-of", END.isoformat()))


def test_facets_reach_the_terminal_and_a_notebook(database: Path) -> None:
    """JSON has every column of the macro; the sentence on stderr counts the values."""
    done = run(database, "facets", "--facet", "task", "--kind", "model", "--format", "json")

    rows = json.loads(done.stdout)
    assert {row["value"].strip("\u202e"): row["likes_gain"] for row in rows}["text"] == 3
    assert "models by task: 2 of 2 values" in done.stderr
    with hubtrends.open(database) as hub:
        assert hub.facets("model", "task", as_of=END).columns == list(rows[0])


def test_a_hostile_value_is_inert_in_a_table(database: Path) -> None:
    """Escape sequences of the Hub do not reach the terminal."""
    shown = run(database, "facets").stdout

    assert "red" in shown
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_an_unknown_facet_is_a_usage_error(database: Path) -> None:
    """The message lists the facets."""
    done = run(database, "facets", "--facet", "colour")

    assert isinstance(done.exception, UnknownFacetError)
    assert str(done.exception).startswith("unknown facet 'colour': write 'task'")


def test_topics_of_the_settings_are_shown(database: Path, tmp_path: Path) -> None:
    """A topic of the configuration has a row before any commit stores it."""
    config = tmp_path / "config.yaml"
    config.write_text("topics:\n  - topic: state space\n    words: [mamba]\n")

    done = run(database, "topics", "--format", "json", "--config", str(config))

    (row,) = json.loads(done.stdout)
    assert (row["topic"], row["likes_gain"], row["gain_share"], row["change_points"]) == ("state space", 3, 0.75, 0)
    assert "rising beyond chance: none" in done.stderr
    with hubtrends.open(database) as hub:
        assert hub.topics(as_of=END).height > 1


def test_weeks_and_tags(database: Path) -> None:
    """The series has a row per week; no tag emerges from two models."""
    weeks = json.loads(run(database, "weeks", "--format", "json").stdout)
    tags = run(database, "tags", "--format", "json")

    assert [week["likes_gain"] for week in weeks] == [None, 4, 4]
    assert json.loads(tags.stdout) == []
    assert "0 of 0 tags of models" in tags.stderr
    with hubtrends.open(database) as hub:
        assert hub.weeks("model", 3, as_of=END).get_column("likes_gain").to_list() == [None, 4, 4]
        assert hub.emerging_tags("model", as_of=END).is_empty()
