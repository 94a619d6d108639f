"""`hubtrends trends WHAT`: which words and options it takes, and how it shows a group."""

import contextlib
import json
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner, Result

from crawler.kinds import Kind
from hubtrends.app import app
from hubtrends.errors import NoDataYetError
from hubtrends.exit_codes import ExitCode
from hubtrends.output.groups import GROUPS, Group, GroupRequest, GroupRows
from hubtrends.output.rows import Rows
from tests.fakes.store import DAY, START, Store, crowd, of_days, summed

AS_OF = "2026-12-31"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five weeks of models."""
    path = tmp_path_factory.mktemp("trends") / "hub.duckdb"
    with contextlib.closing(duckdb.connect()) as con:
        con.execute("ATTACH $path AS hub (STORAGE_VERSION 'v1.4.0')", {"path": str(path)})
        con.execute("USE hub")
        of_days(Store(con), {name: summed(days) for name, days in list(crowd().items())[:5]})
    return path


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[GroupRequest]:
    """Register the group `circles`, and return the requests that reach it."""
    requests: list[GroupRequest] = []

    def query(_: duckdb.DuckDBPyConnection, request: GroupRequest) -> GroupRows:
        requests.append(request)
        return GroupRows(Rows(["name", "members", "note"], [["a\x1b[1mb", 3, "long"]]), ("one circle",))

    circles = Group(query, short=("members", "name"), options=frozenset({"kind"}))
    monkeypatch.setitem(GROUPS, "circles", circles)
    return requests


def run(database: Path, *words: str) -> Result:
    """Run `trends` with these words."""
    return CliRunner().invoke(app, ("trends", *words, "--db", str(database)))


def test_models_are_the_default(database: Path) -> None:
    """Without WHAT, and with the plural, the rows are those of `trends model`."""
    texts = {run(database, *words, "--by", "gain", "--as-of", AS_OF).stdout for words in ((), ("model",), ("models",))}

    assert len(texts) == 1
    assert "crowd/" in texts.pop()


def test_a_group_receives_its_options(database: Path, asked: list[GroupRequest]) -> None:
    """The options reach the query; those that are absent have their defaults."""
    run(database, "circles", "--kind", "dataset", "--days", "30", "--limit", "4", "--as-of", AS_OF)
    run(database, "circles", "--as-of", AS_OF)

    assert [(Kind.DATASET, 30.0, 4), (None, 7.0, asked[1].settings.trends.limit)] == [
        (request.kind, request.days, request.limit) for request in asked
    ]
    assert {f"{request.as_of:%Y-%m-%d}" for request in asked} == {AS_OF}


def test_a_group_in_each_format(database: Path, asked: list[GroupRequest]) -> None:
    """A table has the short columns and inert text, JSON every column, and the notes go to stderr."""
    table = run(database, "circles", "--as-of", AS_OF)
    full = run(database, "circles", "--as-of", AS_OF, "--format", "json")

    assert table.stdout.splitlines()[0].split() == ["members", "name"]
    assert "\x1b" not in table.stdout + full.stdout
    assert list(json.loads(full.stdout)[0]) == ["name", "members", "note"]
    assert "one circle" in table.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nonsense",), "neither a kind nor a group"),
        (("model", "--days", "30"), "does not take --days"),
        (("model", "--kind", "model", "--facet", "task"), "--facet and --kind"),
        (("circles", "--by", "gain"), "does not take --by"),
        (("circles", "--facet", "task"), "does not take --facet"),
    ],
)
def test_a_group_or_an_option_that_does_not_exist(
    database: Path, asked: list[GroupRequest], words: tuple[str, ...], said: str
) -> None:
    """An unknown word, and an option that would be ignored, is a usage error that names it."""
    done = run(database, *words)

    assert done.exit_code == ExitCode.USAGE
    assert said in " ".join(done.stderr.replace("│", " ").split())


def test_a_group_before_the_first_snapshot(database: Path, asked: list[GroupRequest]) -> None:
    """Without a snapshot by that time, the command says so and asks no group."""
    done = run(database, "circles", "--as-of", f"{START.year - 1}-01-01")

    assert isinstance(done.exception, NoDataYetError)
    assert not asked


def test_families_with_a_hostile_name(tmp_path: Path) -> None:
    """Rows and notes show the family, and its name cannot control the terminal."""
    path = tmp_path / "hub.duckdb"
    with contextlib.closing(duckdb.connect()) as con:
        con.execute("ATTACH $path AS hub (STORAGE_VERSION 'v1.4.0')", {"path": str(path)})
        con.execute("USE hub")
        store = Store(con)
        names = [store.entity(f"o{n}/m", base_models=["ba\x1b[31mse"], author=f"o{n}") for n in range(15)]
        others = [store.entity(f"p{n}/m", base_models=["other"], author=f"p{n}") for n in range(60)]
        for week, likes in enumerate((0, 10, 300)):
            rising = {name: {"likes": likes} for name in names}
            numbers = {name: {"likes": 150 * week + (n + week) % 2} for n, name in enumerate(others)}
            store.snapshot(START + 7 * week * DAY, rising | numbers)

    done = run(path, "families", "--as-of", AS_OF, "--format", "json")

    assert "\x1b" not in done.stdout + done.stderr
    assert sorted((row["members"], row["compared"], row["likes_gain"]) for row in json.loads(done.stdout)) == [
        (15, 15, 15 * 290),
        (60, 60, 60 * 150),
    ]
    assert "2 of 2 families; 75 of their 75 models compared" in done.stderr
    assert "rising beyond chance: ba" in done.stderr


@pytest.mark.parametrize("group", ["organisations", "adoption", "ages"])
def test_a_group_of_the_store_is_shown_whole_in_json(database: Path, group: str) -> None:
    """The rows of the macro are shown, short for people and with every column for programs."""
    table = run(database, group, "--as-of", AS_OF)
    full = run(database, group, "--as-of", AS_OF, "--format", "json", "--limit", "1")

    assert (table.exit_code, full.exit_code) == (ExitCode.OK, ExitCode.OK)
    assert len(json.loads(full.stdout)) <= 1
    if group == "organisations":
        assert json.loads(full.stdout)[0]["organisation"] == "crowd"
