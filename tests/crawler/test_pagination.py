"""Where a listing goes on, where it has ended, and when its end is doubted."""

from dataclasses import replace
from datetime import UTC, datetime

import polars as pl
import pytest

from crawler.pagination import (
    LoopGuard,
    is_full,
    may_have_lost_link,
    next_counted,
    next_numbered,
    next_page_path,
    probe_path,
    why_not_last,
)
from crawler.plan import Listing
from crawler.schema.page import ParsedPage
from crawler.schema.value_types import TIME

HERE, LINK = "/api/models?limit=1000", "/api/models?limit=1000&cursor=abc"
OLDEST = datetime(2026, 9, 1, tzinfo=UTC)
LIST = Listing("list", HERE)


def page(items: int, total: int | None = None, *days: int | None) -> ParsedPage:
    """A page of so many items; days of September 2026 on which entities were created."""
    times = [None if day is None else datetime(2026, 9, day, tzinfo=UTC) for day in days]
    frame = pl.DataFrame({"created_at": times}, schema={"created_at": TIME})
    return ParsedPage(frame, (), items, pl.Series(dtype=pl.Int64), total)


def showing(*ids: str) -> ParsedPage:
    """A page of these entities."""
    frame = pl.DataFrame({"hub_id": ids}, schema={"hub_id": pl.String})
    return ParsedPage(frame, (), len(ids), pl.Series(dtype=pl.Int64))


@pytest.mark.parametrize("items", [0, 1, 999, 1000])
def test_a_short_page_is_not_the_last_one(items: int) -> None:
    """As long as there is a link the list goes on, be the page empty."""
    assert next_page_path(LIST, HERE, page(items), LINK, 1, 0) == LINK


@pytest.mark.parametrize("items", [0, 1000])
def test_a_missing_link_ends_the_list(items: int) -> None:
    """Be the page full."""
    assert next_page_path(LIST, HERE, page(items), None, 1, 0) is None


@pytest.mark.parametrize(("before", "items", "goes_on"), [(0, 999, True), (0, 1000, False), (999, 1, False)])
def test_enough_records(before: int, items: int, goes_on: bool) -> None:
    """A top list ends with its N-th item, counted over all its pages."""
    found = next_page_path(replace(LIST, most_records=1000), HERE, page(items), LINK, 2, before)

    assert found == (LINK if goes_on else None)


@pytest.mark.parametrize(("pages", "goes_on"), [(1, True), (2, True), (3, False)])
def test_enough_pages(pages: int, goes_on: bool) -> None:
    """A trending list ends with its third page."""
    assert next_page_path(replace(LIST, most_pages=3), HERE, page(9), LINK, pages, 0) == (LINK if goes_on else None)


@pytest.mark.parametrize(
    "days",
    [(9, 1), (1,), (None,), ()],
    ids=["some younger", "exactly as old", "no date", "no row"],
)
def test_back_to_a_day_goes_on(days: tuple[int | None, ...]) -> None:
    """Only a page that surely holds nothing younger ends the list."""
    assert next_page_path(replace(LIST, back_to=OLDEST), HERE, page(9, None, *days), LINK, 1, 0) == LINK


def test_back_to_a_day_ends() -> None:
    """Everything on the page is older than the day."""
    found = next_page_path(replace(LIST, back_to=datetime(2026, 9, 2, tzinfo=UTC)), HERE, page(1, None, 1), LINK, 1, 0)

    assert found is None


@pytest.mark.parametrize(
    ("items", "total", "before", "goes_on"),
    [(14, 868, 0, True), (14, 28, 14, False), (3, 868, 0, True), (14, None, 14, True), (0, 868, 14, False)],
    ids=["first of many", "the total is reached", "short, not the last", "no total told", "empty"],
)
def test_numbered_pages(items: int, total: int | None, before: int, goes_on: bool) -> None:
    """They end with the total or with an empty page; a link is not theirs."""
    blog = Listing("blog", "/api/blog?p=0", numbered=True)

    found = next_page_path(blog, "/api/blog?p=1", page(items, total), None, 1, before)

    assert found == ("/api/blog?p=2" if goes_on else None)


def test_a_look_up_ends_at_once() -> None:
    """Whatever link it carries, and whether anything was found or not."""
    nothing = ParsedPage(pl.DataFrame(), (), 0, pl.Series(dtype=pl.Int64))

    assert next_page_path(replace(LIST, is_lookup=True), HERE, page(1), LINK, 1, 0) is None
    assert next_page_path(replace(LIST, is_lookup=True, back_to=OLDEST), HERE, nothing, None, 1, 0) is None


@pytest.mark.parametrize(
    ("limit", "longest", "items", "full"),
    [(1000, 0, 1000, True), (1000, 0, 999, False), (1000, 1000, 999, False), (1000, 500, 500, True),
     (1000, 500, 0, False), (2, 0, 3, True)],
    ids=["as asked for", "shorter", "shorter than before", "as long as before", "empty", "longer"],
)  # fmt: skip
def test_a_full_page(limit: int, longest: int, items: int, full: bool) -> None:
    """One that holds what was asked for, or what the Hub gives at the most."""
    assert is_full(f"/api/models?limit={limit}", items, longest) == full


@pytest.mark.parametrize("limit", ["", "x", "-1", "0", "9" * 5000], ids=["none", "a word", "negative", "0", "endless"])
def test_a_limit_that_is_none(limit: str) -> None:
    """A link may say anything; then only earlier pages tell what is full."""
    assert not is_full(f"/api/models?limit={limit}", 5)
    assert is_full(f"/api/models?limit={limit}", 5, 5)


@pytest.mark.parametrize(
    ("listing", "doubted"),
    [
        (LIST, True),
        (replace(LIST, most_records=2000), False),
        (replace(LIST, most_records=2001), True),
        (replace(LIST, back_to=datetime(2026, 9, 2, tzinfo=UTC)), False),
        (replace(LIST, is_lookup=True), False),
        (replace(LIST, numbered=True), False),
        (replace(LIST, links_count=True), False),
    ],
    ids=["to its end", "enough records", "too few records", "back to a day", "look-up", "blog", "papers"],
)
def test_an_end_that_is_doubted(listing: Listing, doubted: bool) -> None:
    """That of a list led by links, unless it ends on purpose."""
    assert may_have_lost_link(listing, HERE, page(1000, None, 1), pages=2, items_before=1000, longest=1000) == doubted


@pytest.mark.parametrize(("items", "limit"), [(1000, 999), (500, 499), (2, 1), (1, 2)])
def test_a_probe_keeps_the_place(items: int, limit: int) -> None:
    """Only the length is another; a cursor and fields that are named twice stay."""
    path = "/api/models?expand=likes&expand=tags&limit=1000&cursor=eyJ%3D"

    assert probe_path(path, items) == f"/api/models?expand=likes&expand=tags&cursor=eyJ%3D&limit={limit}"


def test_a_probe_that_is_full_is_no_end() -> None:
    """It shows less than was there, so a link is missing; a shorter one is the end."""
    assert "999 items without a next link" in (why_not_last(probe_path(HERE, 1000), page(999)) or "")
    assert why_not_last(probe_path(HERE, 1000), page(998)) is None


def test_the_page_behind_a_full_one_of_papers() -> None:
    """It needs no link; behind a page that is not full there is none."""
    papers, first = Listing("day", "/", links_count=True), "/api/daily_papers?date=2026-09-01&limit=100"
    second = f"{first}&p=1"

    assert next_page_path(papers, first, page(100), None, 1, 0) == second
    assert next_page_path(papers, second, page(100), None, 2, 100) == f"{first}&p=2"
    assert next_page_path(papers, second, page(99), None, 2, 100) is None
    assert next_page_path(replace(papers, most_pages=1), first, page(100), None, 1, 0) is None


@pytest.mark.parametrize("number", ["x", "-1", "9" * 5000])
def test_a_page_number_that_is_none(number: str) -> None:
    """A link may hold anything."""
    assert next_counted(f"/api/daily_papers?limit=100&p={number}") is None


def test_pages_are_counted() -> None:
    """Nine is followed by ten."""
    assert next_numbered("/api/blog/community?sort=recent&p=9") == "/api/blog/community?sort=recent&p=10"


@pytest.mark.parametrize(
    ("numbered", "shown", "page_ids", "goes_on", "loops"),
    [
        (False, ["a"], ["b"], True, False),
        (False, ["a"], ["a"], True, True),
        (False, ["a"], ["a"], False, False),
        (False, ["a"], [], True, False),
        (False, [], [], True, True),
        (True, ["a", "b"], ["a"], False, True),
        (True, ["a", "b"], [], False, False),
    ],
    ids=["new", "repeated", "repeated at the end", "one empty page", "two empty pages", "numbered", "numbered end"],
)
def test_a_list_loops_if_a_page_shows_nothing_new(
    numbered: bool, shown: list[str], page_ids: list[str], goes_on: bool, loops: bool
) -> None:
    """A single empty page and a repeated last page of a linked list are no loop."""
    guard = LoopGuard(replace(LIST, numbered=numbered), [], pl.Series(shown, dtype=pl.String))

    found = guard.loop_after(showing(*page_ids), "/next" if goes_on else None)

    assert (found == "it repeats what earlier pages have shown") is loops


def test_a_link_back_to_an_earlier_page_is_a_loop() -> None:
    """The paths of earlier pages are remembered, also those of an interrupted run."""
    guard = LoopGuard(LIST, ["/second"], None)

    assert guard.loop_after(showing("a"), "/third") is None
    assert guard.loop_after(showing("b"), "/second") == "its next link leads back to an earlier page"
