"""Daily Papers and single papers behave as the Hub's."""

from datetime import date

import pytest

from hubtrends.sim.sources.hub import SimHub
from tests.fakes.hubs import ask, hub_of, model, paper, walk


def numbers(hub: SimHub, query: str) -> list[int]:
    return [int(row["paper"]["id"][-5:]) for page in walk(hub, f"/api/daily_papers?{query}") for row in page]


def test_a_day_is_ordered_by_upvotes_and_ties_by_position() -> None:
    """A dated list shows the papers of that feed day only, the most upvoted first."""
    papers = [paper(1, "2026-09-22"), paper(9, "2026-09-22"), paper(2, "2026-09-22", upvotes=1), paper(5, "2026-09-23")]

    assert numbers(SimHub(papers=papers), "date=2026-09-22") == [9, 1, 2]


@pytest.mark.parametrize(
    ("stamp", "day"),
    [("2026-09-22T00:00:00.000Z", "2026-09-22"), ("2026-09-22T02:30:00.000Z", "2026-09-21")],
    ids=["a bare date", "an evening in New York"],
)
def test_the_feed_day_is_the_one_of_new_york(stamp: str, day: str) -> None:
    """Midnight UTC is taken as a date; 02:30 UTC is the evening before in New York."""
    hub = SimHub(papers=[paper(1, "2026-09-22", submittedOnDailyAt=stamp)])

    assert numbers(hub, f"date={day}") == [1]


@pytest.mark.parametrize("query", ["week=2026-W39", "month=2026-09", "submitter=ada", ""])
def test_weeks_months_and_submitters_are_lists_too(query: str) -> None:
    """Each list has exactly its papers."""
    hub = SimHub(papers=[paper(1, "2026-09-22")])

    assert numbers(hub, query) == [1]
    assert numbers(hub, "week=2026-W40") == []


@pytest.mark.parametrize(
    "query", ["date=2026-13-01", "date=22.09.2026", "week=2026-W54", "month=2026-9", "limit=101", "p=-1", "sort=likes"]
)
def test_bad_parameters_are_refused(query: str) -> None:
    """An invalid date, week, month, page or size gets 400."""
    assert ask(SimHub(), f"/api/daily_papers?{query}").status == 400


@pytest.mark.parametrize(("day", "status"), [("2026-09-22", 200), ("2026-09-23", 200), ("2026-09-24", 400)])
def test_a_day_that_has_not_begun_in_utc_is_refused(day: str, status: int) -> None:
    """Today is an empty list until someone submits a paper."""
    hub = SimHub(papers=[paper(1, "2026-09-22")], today=date(2026, 9, 23))

    assert ask(hub, f"/api/daily_papers?date={day}").status == status


def test_pages_are_numbered_and_empty_past_the_end() -> None:
    """The link counts p up from 0 to the last page; beyond it comes an empty list."""
    hub = SimHub(papers=[paper(number, "2026-09-22") for number in range(120)])

    assert [len(page) for page in walk(hub, "/api/daily_papers?date=2026-09-22")] == [50, 50, 20]
    assert ask(hub, "/api/daily_papers?limit=100").next_target == "/api/daily_papers?limit=100&p=1"
    assert ask(hub, "/api/daily_papers?p=100").payload == []


def test_trending_shows_papers_that_were_never_submitted() -> None:
    """Such a paper has no day, so only the trending list has it."""
    stray = paper(7, "2026-09-22")
    del stray["paper"]["submittedOnDailyAt"]
    hub = SimHub(papers=[stray])

    assert numbers(hub, "sort=trending") == [7]
    assert numbers(hub, "") == []


def test_one_paper_is_flat_and_names_its_repositories() -> None:
    """The single look-up has no wrapper and links the repositories with the paper's tag."""
    hub = hub_of(model(1, tags=["arxiv:2609.00001"]), model(2), papers=[paper(1, "2026-09-22")])

    flat = ask(hub, "/api/papers/2609.00001").payload

    assert flat["upvotes"] == 1
    assert [row["id"] for row in flat["linkedModels"]] == ["quillworks/net-1"]
    assert (flat["numTotalModels"], flat["numTotalSpaces"]) == (1, 0)
    assert ask(hub, "/api/papers/2609.99999").status == 404


def test_search_finds_flat_papers_by_title() -> None:
    """Every word must be in the title."""
    hub = SimHub(papers=[paper(1, "2026-09-22"), paper(2, "2026-09-22")])

    assert [row["id"] for row in ask(hub, "/api/papers/search?q=study+2").payload] == ["2609.00002"]
