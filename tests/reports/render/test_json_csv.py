"""JSON and CSV: all records, under names that do not mislead."""

import csv
import io
import json
from dataclasses import replace
from typing import Any

import pytest

from analysis.records import Metric
from crawler.kinds import Kind
from reports.build import build
from reports.render.render import render
from tests.fakes.results import change, entity, unseen, week


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(render(build(week()))[".csv"].decode())))


@pytest.fixture(scope="module")
def document() -> Any:
    return json.loads(render(build(week()))[".json"])


def test_lists(rows: list[dict[str, str]]) -> None:
    """CSV has every list, the Hub's own order and the watch list."""
    assert {row["list"] for row in rows} == {"gains", "risers", "entrants", "fallers", "hub order", "watched"}
    assert {row["kind"] for row in rows} == set(Kind)


def test_downloads_have_columns_of_their_own(rows: list[dict[str, str]]) -> None:
    """30-day downloads are never in the columns before and now; likes are."""
    downloads, likes = (
        next(row for row in rows if row["list"] == "risers" and row["metric"] == metric)
        for metric in ("downloads", "likes")
    )

    assert [downloads[name] for name in ("before", "now", "gain", "downloads_30_days_before", "downloads_30_days")] == [
        *("", "", "8100", "81007", "85057")
    ]
    assert [likes[name] for name in ("before", "now", "gain", "percent")] == ["1087", "1195", "108", "9.94"]


def test_unknown_is_empty(rows: list[dict[str, str]]) -> None:
    """An unknown number is an empty cell."""
    unseen = next(row for row in rows if row["list"] == "watched" and row["kind"] == "paper")

    assert (unseen["before"], unseen["now"], unseen["gain"]) == ("", "", "")


def test_watched_and_unseen() -> None:
    """An entity that only the watch list names has its name and its status, and no address."""
    files = render(build(replace(week(), watched=(unseen("lab/hidden"),))))
    (row,) = (row for row in csv.DictReader(io.StringIO(files[".csv"].decode())) if row["list"] == "watched")
    (record,) = json.loads(files[".json"])["results"]["watched"]

    assert {name: value for name, value in row.items() if value} == {
        "list": "watched", "kind": "model", "metric": "likes", "id": "lab/hidden", "status": "unseen",
    }  # fmt: skip
    assert (record["status"], record["entity"]["id"], record["entity"]["url"]) == ("unseen", "lab/hidden", None)
    assert b"huggingface.co/lab/hidden" not in b"".join(files.values())


def test_json(document: Any) -> None:
    """JSON has all records, entities with their address, times in UTC, and the sentences of the report."""
    model = document["results"]["kinds"][0]

    assert document["as_of"] == document["results"]["as_of"] == "2026-05-04T12:00:00Z"
    assert model["pair"]["span_days"] == 6.0694
    assert model["lists"][0]["picks"][0]["change"]["entity"]["url"] == "https://huggingface.co/aurora/lantern-7b"
    assert model["lists"][0]["picks"][0]["score"]["since"] == "2026-04-30"
    assert document["headline"] == "lantern-7b led the week"


def test_not_a_number() -> None:
    """A float that JSON cannot hold is null."""
    odd = replace(week(), watched=(replace(change(entity(Kind.MODEL), Metric.LIKES, 1), percent=float("inf")),))

    document = json.loads(render(build(odd))[".json"])

    assert document["results"]["watched"][0]["percent"] is None
