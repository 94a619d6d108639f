"""The same numbers reach the report, `hubtrends trends`, a notebook and SQL, in each DuckDB that analysts use."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

import hubtrends
from crawler.kinds import Kind
from hubtrends.app import app
from tests.fakes.store import DAY, HISTORY, LONG_AGO, START, Store, crowd, of_days, risen, summed

NEWEST = START + (HISTORY - 1) * DAY
AS_OF = (NEWEST + timedelta(hours=2)).isoformat()
LISTS = [("model", "downloads"), ("paper", "upvotes")]
MOVERS: dict[str, tuple[str, Any]] = {"model": ("risers", "impact"), "paper": ("gains", "gain")}
"""The list of movers that has rows, and its order: two snapshots of papers give no score."""


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five weeks of models, the oldest imported: some have risen, one is new. Two snapshots of papers."""
    path = tmp_path_factory.mktemp("same") / "hub.duckdb"
    with contextlib.closing(duckdb.connect()) as con:
        con.execute("ATTACH $path AS hub (STORAGE_VERSION 'v1.4.0')", {"path": str(path)})
        con.execute("USE hub")
        store = Store(con)
        days = crowd() | {f"riser/{level}": risen(level, 2.5, since=5) for level in (60, 300, 900)}
        of_days(store, {name: summed(own) for name, own in days.items()}, imported=range(10))
        con.execute("UPDATE entities SET created_at = ? WHERE id = 'crowd/m240'", [NEWEST - 5 * DAY])
        papers = [store.entity(f"2604.0000{n}", Kind.PAPER, created=LONG_AGO, submitted_at=NEWEST) for n in range(3)]
        for day in (-7, 0):
            votes = {paper: 40 + (day + 7) * place for place, paper in enumerate(papers, start=1)}
            numbers = {paper: {"upvotes": voted, "github_stars": 3 * voted} for paper, voted in votes.items()}
            store.snapshot(NEWEST + day * DAY, numbers, Kind.PAPER)
    return path


@pytest.fixture(scope="module")
def report(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return the report's JSON."""
    folder = tmp_path_factory.mktemp("report")
    said = _run("-v", "report", "--db", str(database), "--as-of", AS_OF, "--out", str(folder))
    (file,) = (Path(line) for line in said.splitlines() if line.endswith(".json"))
    return json.loads(file.read_text())


def _run(*words: str) -> str:
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    return done.stdout


def movers(report: Any, kind: str, metric: str) -> Iterator[Mapping[str, Any]]:
    """Return the rows of the list of movers in the report."""
    for week in report["results"]["kinds"]:
        for ranked in week["lists"]:
            if (week["kind"], ranked["metric"], ranked["name"]) == (kind, metric, MOVERS[kind][0]):
                yield from ranked["picks"]


def in_report(pick: Mapping[str, Any]) -> dict[str, Any]:
    """Return every value of a report's row under the names of a mover; only the report has the list history."""
    change, score = pick["change"], pick["score"] or {}
    family = {name: pick[name] for name in ("flat_place", "root", "impact")}
    own = ("before", "now", "gain", "percent", "span_days", "status", "flags", "likes_now", "rank_before", "rank_now")
    terms = {name.replace(" ", "_"): number for name, number in score.get("terms", [])}
    return {
        **{name: change[name] for name in (*own, "age_days")},
        **{name: score.get(name) for name in ("lift", "lower_bound", "since", "breakout", "granularity")},
        **{name: terms.get(name) for name in ("this_week", "baseline_week", "daily_noise", "drift")},
        **{f"upvotes_day_{age}": votes for age, votes in pick["votes_at"]},
        **family,
        "place": pick["place"],
        "id": change["entity"]["id"],
        "hub_id": change["entity"]["hub_id"],
        "score": score.get("value"),
        "github_stars_gain": pick["stars_gain"],
    }


@pytest.mark.parametrize(("kind", "metric"), LISTS)
def test_the_terminal_shows_the_numbers_of_the_report(report: Any, database: Path, kind: str, metric: str) -> None:
    """Each row of `trends --format json` has every number of the report's row, and no other number."""
    words = ("trends", kind, "--metric", metric, "--by", MOVERS[kind][1], "--as-of", AS_OF)
    found = json.loads(_run(*words, "--format", "json", "--db", str(database)))

    expected = [in_report(pick) for pick in movers(report, kind, metric)]

    assert expected
    renamed = [{name.removeprefix("downloads_30d_"): value for name, value in row.items()} for row in found]
    assert [{name: row[name] for name in wanted} for wanted, row in zip(expected, renamed, strict=True)] == expected


@pytest.mark.parametrize(("kind", "metric"), LISTS)
def test_a_notebook_shows_the_numbers_of_the_report(report: Any, database: Path, kind: Any, metric: Any) -> None:
    """The frame of `Hub.trends` has the same rows with the types of a frame."""
    with hubtrends.open(database) as hub:
        rows = hub.trends(kind, metric, MOVERS[kind][1], as_of=AS_OF).to_dicts()

    expected = [in_report(pick) for pick in movers(report, kind, metric)]

    for row in rows:
        row["since"] = row["since"].isoformat() if isinstance(row["since"], date) else None
    assert [{name: row[name] for name in wanted} for wanted, row in zip(expected, rows, strict=True)] == expected


@pytest.mark.parametrize(("kind", "metric"), LISTS)
def test_sql_has_the_reports_changes(report: Any, database: Path, kind: Any, metric: str) -> None:
    """`week_over_week` and the report give the same numbers for an entity."""
    with hubtrends.open(database) as hub:
        found = {row["hub_id"]: row for row in hub.week_over_week(kind, as_of=AS_OF).to_dicts()}

    for pick in movers(report, kind, metric):
        row, change = found[pick["change"]["entity"]["hub_id"]], pick["change"]
        of_metric = [row[f"{metric}_{side}"] for side in ("before", "now", "gain")]
        assert [change[side] for side in ("before", "now", "gain")] == of_metric
        for name in ("span_days", "status", "rank_before", "rank_now", "likes_now"):
            assert change[name] == row[name]
        assert set(row["flags"]) <= set(change["flags"])


Listed = tuple[Mapping[str, Any], Mapping[str, Any]]
"""A list of the report, and the week of its kind."""


def lists(report: Any) -> Iterator[Listed]:
    """Return every list in the report."""
    for week in report["results"]["kinds"]:
        yield from ((ranked, week) for ranked in week["lists"])


def list_in_sql(ranked: Mapping[str, Any], week: Mapping[str, Any]) -> dict[str, Any]:
    """Return a list of the report under the names of the table, without names that only the program uses."""
    own = ("metric", "ordered_by", "considered", "tested", "untested", "withheld")
    left_out = [{"reason": reason, "entities": entities} for reason, entities in ranked["left_out"]]
    pair = {name: value for name, value in week["pair"].items() if name != "kind"}
    said = {"kind": week["kind"], "list": ranked["name"], "left_out": left_out}
    return {**said, **{name: ranked[name] for name in own}, **pair, **ranked["coverage"]}


def pick_in_sql(pick: Mapping[str, Any], ranked: Mapping[str, Any], week: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of the report under the names of the table, which has separate columns for 30-day downloads."""
    change, history = pick["change"], pick["list_history"] or {}
    downloads = ranked["metric"] == "downloads"
    sides = {"before": None, "now": None} if downloads else {side: change[side] for side in ("before", "now")}
    return {
        **dict.fromkeys(f"upvotes_day_{age}" for age in (1, 3, 7, 14)),
        **in_report(pick),
        **sides,
        "kind": week["kind"],
        "metric": ranked["metric"],
        "list": ranked["name"],
        "basis": week["pair"]["basis"],
        "downloads_before": change["before"] if downloads else None,
        "downloads_now": change["downloads_now"],
        "place_before": history.get("place_before"),
        "weeks_listed": history.get("weeks"),
        "first_listed": history.get("first"),
        "best_place": history.get("best"),
    }


def by_list(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row["kind"], row["metric"], row["list"], row.get("flat_place")


def asked_by_hubtrends(database: Path, query: str) -> Any:
    return json.loads(_run("sql", query, "--db", str(database), "--format", "json"))


def asked_by_duckdb_1_5(database: Path, query: str) -> Any:
    """Return the answer of the DuckDB 1.5 command line."""
    command = [str(Path(sys.executable).with_name("duckdb")), "-readonly", "-json", "-cmd", "SET TimeZone = 'UTC'"]
    done = subprocess.run([*command, str(database), query], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def records(ask: Any, database: Path, query: str) -> list[dict[str, Any]]:
    """Return the rows of a query in the order of lists, from DuckDB's own JSON."""
    found = ask(database, f"SELECT to_json(t)::VARCHAR AS said FROM ({query}) AS t")
    return sorted((json.loads(row["said"]) for row in found), key=by_list)


each_duckdb = pytest.mark.parametrize("ask", [asked_by_hubtrends, asked_by_duckdb_1_5])


@each_duckdb
def test_sql_has_every_row_of_every_list(report: Any, database: Path, ask: Any) -> None:
    """SQL has each value of the report's row, NULL where the report has none, and no other row."""
    query = "SELECT p.* EXCLUDE (report_at, entity_key), e.hub_id FROM picks AS p JOIN entities AS e USING (entity_key)"

    expected = [pick_in_sql(pick, ranked, week) for ranked, week in lists(report) for pick in ranked["picks"]]

    assert sorted(expected, key=by_list) == records(ask, database, query)
    scored = [row for row in expected if row["score"]]
    assert scored
    assert any(row["since"] for row in scored)
    assert any(row["weeks_listed"] for row in scored)
    assert {(row["metric"], row["list"]) for row in expected} >= {
        ("downloads", "risers"), ("downloads", "entrants"), ("upvotes", "gains")
    }  # fmt: skip


@each_duckdb
def test_sql_has_every_list(report: Any, database: Path, ask: Any) -> None:
    """Withheld and empty lists have their comparison, the numbers considered, tested and left out, and the reason."""
    iso = "'%Y-%m-%dT%H:%M:%SZ'"
    query = (
        "SELECT * EXCLUDE (report_at, tool_version)"
        f" REPLACE (strftime(now_at, {iso}) AS now_at, strftime(before_at, {iso}) AS before_at) FROM lists"
    )

    expected = [list_in_sql(ranked, week) for ranked, week in lists(report)]

    assert sorted(expected, key=by_list) == records(ask, database, query)
    assert any(row["withheld"] for row in expected)
    assert any(row["left_out"] for row in expected)


@pytest.mark.parametrize(("kind", "metric"), LISTS)
def test_the_macro_has_the_reports_rows(report: Any, database: Path, kind: str, metric: str) -> None:
    """`ranked` returns the rows of the list in order."""
    columns = "place, hub_id, gain, percent, score, lift, lower_bound, since, breakout, flags, best_place"
    found = asked_by_hubtrends(database, f"SELECT {columns} FROM ranked('{kind}', '{metric}', '{MOVERS[kind][0]}')")

    week, ranked = next(
        (week, ranked)
        for ranked, week in lists(report)
        if (week["kind"], ranked["metric"], ranked["name"]) == (kind, metric, MOVERS[kind][0])
    )

    expected = [pick_in_sql(pick, ranked, week) for pick in ranked["picks"]]
    assert [{name: row[name] for name in columns.split(", ")} for row in expected] == found


def test_a_withheld_list_shows_the_reason_and_no_number(tmp_path: Path) -> None:
    """A withheld list has no number of qualified entities; without options, a counter that can be ranked is shown."""
    path = tmp_path / "hub.duckdb"
    with contextlib.closing(duckdb.connect()) as con:
        con.execute("ATTACH $path AS hub (STORAGE_VERSION 'v1.4.0')", {"path": str(path)})
        con.execute("USE hub")
        store = Store(con)
        store.entities(["org/liked"])
        for day in (-7, 0):
            store.snapshot(NEWEST + day * DAY, {"org/liked": {"likes": 9 + day}})

    words = ("trends", "model", "--as-of", AS_OF, "--db", str(path))
    found = CliRunner().invoke(app, (*words, "--metric", "downloads", "--by", "impact")).stderr
    instead = CliRunner().invoke(app, words).stderr

    assert "not ranked because the Hub did not give all-time downloads" in found
    assert "7.00 days, basis exact" in found
    assert "qualified" not in found
    assert "models by likes" in instead


def test_scores_are_among_what_is_compared(report: Any) -> None:
    """The compared rows include scored ones, breakouts and not, with partly imported histories."""
    picks = list(movers(report, "model", "downloads"))

    assert {"riser/60", "riser/300", "riser/900"} <= {pick["change"]["entity"]["id"] for pick in picks}
    assert all(pick["score"]["since"] for pick in picks)
    assert all(any(flag.startswith("imported: 10 of") for flag in pick["change"]["flags"]) for pick in picks)
