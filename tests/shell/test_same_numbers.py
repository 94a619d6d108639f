"""The same numbers reach the report, `hubtrends trends`, a notebook and SQL."""

import contextlib
import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

import hubtrends
from crawler.kinds import Kind
from hubtrends.cli import app
from tests.analysis.store import DAY, HISTORY, LONG_AGO, START, Store, crowd, of_days, risen, summed

NEWEST = START + (HISTORY - 1) * DAY
AS_OF = (NEWEST + timedelta(hours=2)).isoformat()
LISTS = [("model", "downloads"), ("paper", "upvotes")]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five weeks of models, some of which rose and the oldest of which are an archive's, and of papers."""
    path = tmp_path_factory.mktemp("same") / "hub.duckdb"
    with contextlib.closing(duckdb.connect()) as con:
        con.execute("ATTACH $path AS hub (STORAGE_VERSION 'v1.4.0')", {"path": str(path)})
        con.execute("USE hub")
        store = Store(con)
        days = crowd() | {f"riser/{level}": risen(level, 2.5, since=5) for level in (60, 300, 900)}
        of_days(store, {name: summed(own) for name, own in days.items()}, imported=range(10))
        papers = [store.thing(f"2604.0000{n}", Kind.PAPER, created=LONG_AGO, submitted_at=NEWEST) for n in range(3)]
        for day in (-7, 0):
            votes = {paper: 40 + (day + 7) * place for place, paper in enumerate(papers, start=1)}
            numbers = {paper: {"upvotes": voted, "github_stars": 3 * voted} for paper, voted in votes.items()}
            store.snapshot(NEWEST + day * DAY, numbers, Kind.PAPER)
    return path


@pytest.fixture(scope="module")
def report(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The report's own JSON."""
    folder = tmp_path_factory.mktemp("report")
    said = _run("report", "--db", str(database), "--as-of", AS_OF, "--out", str(folder))
    (file,) = (Path(line) for line in said.splitlines() if line.endswith(".json"))
    return json.loads(file.read_text())


def _run(*words: str) -> str:
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    return done.stdout


def risers(report: Any, kind: str, metric: str) -> Iterator[Mapping[str, Any]]:
    """The rows of a list of risers in the report."""
    for week in report["results"]["kinds"]:
        for ranked in week["lists"]:
            if (week["kind"], ranked["metric"], ranked["name"]) == (kind, metric, "risers"):
                yield from ranked["picks"]


def in_report(pick: Mapping[str, Any]) -> dict[str, Any]:
    """Every number and word of a row of the report, under the names of a mover; its standing is the report's alone."""
    change, score = pick["change"], pick["score"] or {}
    own = ("before", "now", "gain", "percent", "span_days", "status", "flags", "likes_now", "rank_before", "rank_now")
    terms = {name.replace(" ", "_"): number for name, number in score.get("terms", [])}
    return {
        **{name: change[name] for name in (*own, "age_days")},
        **{name: score.get(name) for name in ("factor", "at_least", "since", "breakout", "form")},
        **{name: terms.get(name) for name in ("this_week", "usual_week", "noise_of_a_day", "drift")},
        **{f"upvotes_day_{age}": votes for age, votes in pick["votes_at"]},
        "place": pick["place"],
        "id": change["thing"]["id"],
        "hub_id": change["thing"]["hub_id"],
        "score": score.get("value"),
        "github_stars_gain": pick["stars_gain"],
    }


@pytest.mark.parametrize(("kind", "metric"), LISTS)
def test_the_terminal_says_what_the_report_says(report: Any, database: Path, kind: str, metric: str) -> None:
    """Each row of `trends --format json` has every number of the report's row, and no other value for any of them."""
    words = ("trends", kind, "--metric", metric, "--as-of", AS_OF, "--format", "json", "--db", str(database))
    told = json.loads(_run(*words))

    expected = [in_report(pick) for pick in risers(report, kind, metric)]

    assert expected
    renamed = [{name.removeprefix("downloads_30d_"): value for name, value in row.items()} for row in told]
    assert [{name: row[name] for name in wanted} for wanted, row in zip(expected, renamed, strict=True)] == expected


@pytest.mark.parametrize(("kind", "metric"), LISTS)
def test_a_notebook_has_what_the_report_says(report: Any, database: Path, kind: Any, metric: Any) -> None:
    """The frame of `Hub.trends` has the same rows, in the types of a frame."""
    with hubtrends.open(database) as hub:
        rows = hub.trends(kind, metric, as_of=AS_OF).to_dicts()

    expected = [in_report(pick) for pick in risers(report, kind, metric)]

    for row in rows:
        row["since"] = row["since"].isoformat() if isinstance(row["since"], date) else None
    assert [{name: row[name] for name in wanted} for wanted, row in zip(expected, rows, strict=True)] == expected


@pytest.mark.parametrize(("kind", "metric"), LISTS)
def test_sql_has_the_reports_changes(report: Any, database: Path, kind: Any, metric: str) -> None:
    """What `week_over_week` says of a thing is what the report says of it."""
    with hubtrends.open(database) as hub:
        told = {row["hub_id"]: row for row in hub.week_over_week(kind, as_of=AS_OF).to_dicts()}

    for pick in risers(report, kind, metric):
        row, change = told[pick["change"]["thing"]["hub_id"]], pick["change"]
        of_metric = [row[f"{metric}_{side}"] for side in ("before", "now", "gain")]
        assert [change[side] for side in ("before", "now", "gain")] == of_metric
        for name in ("span_days", "status", "rank_before", "rank_now", "likes_now"):
            assert change[name] == row[name]
        assert set(row["flags"]) <= set(change["flags"])


def test_scores_are_among_what_is_compared(report: Any) -> None:
    """The comparison above is of scored rows, breakouts or not, whose past is partly an archive's."""
    picks = list(risers(report, "model", "downloads"))

    assert {"riser/60", "riser/300", "riser/900"} <= {pick["change"]["thing"]["id"] for pick in picks}
    assert all(pick["score"]["since"] for pick in picks)
    assert all(any(flag.startswith("imported: 10 of") for flag in pick["change"]["flags"]) for pick in picks)
