"""Where a leg goes on, and where it has ended."""

from dataclasses import replace
from datetime import UTC, datetime

import polars as pl
import pytest

from crawler.legs import Leg
from crawler.pages import ParsedPage
from crawler.rows import TIME
from crawler.walk import following_path

HERE, LINK = "/api/models?limit=1000", "/api/models?limit=1000&cursor=abc"
OLDEST = datetime(2026, 9, 1, tzinfo=UTC)
LIST = Leg("list", HERE)


def page(items: int, total: int | None = None, *days: int | None) -> ParsedPage:
    """A page of so many items; days of September 2026 on which things were created."""
    times = [None if day is None else datetime(2026, 9, day, tzinfo=UTC) for day in days]
    frame = pl.DataFrame({"created_at": times}, schema={"created_at": TIME})
    return ParsedPage(frame, (), items, pl.Series(dtype=pl.Int64), total)


@pytest.mark.parametrize("items", [0, 1, 999, 1000])
def test_a_short_page_is_not_the_last_one(items: int) -> None:
    """As long as there is a link the list goes on, be the page empty."""
    assert following_path(LIST, HERE, page(items), LINK, 1, 0) == LINK


@pytest.mark.parametrize("items", [0, 1000])
def test_a_missing_link_ends_the_list(items: int) -> None:
    """Be the page full."""
    assert following_path(LIST, HERE, page(items), None, 1, 0) is None


@pytest.mark.parametrize(("before", "items", "goes_on"), [(0, 999, True), (0, 1000, False), (999, 1, False)])
def test_enough_records(before: int, items: int, goes_on: bool) -> None:
    """A top list ends with its N-th item, counted over all its pages."""
    found = following_path(replace(LIST, most_records=1000), HERE, page(items), LINK, 2, before)

    assert found == (LINK if goes_on else None)


@pytest.mark.parametrize(("pages", "goes_on"), [(1, True), (2, True), (3, False)])
def test_enough_pages(pages: int, goes_on: bool) -> None:
    """A trending list ends with its third page."""
    assert following_path(replace(LIST, most_pages=3), HERE, page(9), LINK, pages, 0) == (LINK if goes_on else None)


@pytest.mark.parametrize(
    "days",
    [(9, 1), (1,), (None,), ()],
    ids=["some younger", "exactly as old", "no date", "no row"],
)
def test_back_to_a_day_goes_on(days: tuple[int | None, ...]) -> None:
    """Only a page that surely holds nothing younger ends the list."""
    assert following_path(replace(LIST, back_to=OLDEST), HERE, page(9, None, *days), LINK, 1, 0) == LINK


def test_back_to_a_day_ends() -> None:
    """Everything on the page is older than the day."""
    found = following_path(replace(LIST, back_to=datetime(2026, 9, 2, tzinfo=UTC)), HERE, page(1, None, 1), LINK, 1, 0)

    assert found is None


@pytest.mark.parametrize(
    ("items", "total", "before", "goes_on"),
    [(14, 868, 0, True), (14, 28, 14, False), (3, 868, 0, True), (14, None, 14, True), (0, 868, 14, False)],
    ids=["first of many", "the total is reached", "short, not the last", "no total told", "empty"],
)
def test_numbered_pages(items: int, total: int | None, before: int, goes_on: bool) -> None:
    """They end with the total or with an empty page; a link is not theirs."""
    blog = Leg("blog", "/api/blog?p=0", numbered=True)

    found = following_path(blog, "/api/blog?p=1", page(items, total), None, 1, before)

    assert found == ("/api/blog?p=2" if goes_on else None)


def test_a_look_up_ends_at_once() -> None:
    """Whatever link it carries, and whether anything was found or not."""
    nothing = ParsedPage(pl.DataFrame(), (), 0, pl.Series(dtype=pl.Int64))

    assert following_path(replace(LIST, look_up=True), HERE, page(1), LINK, 1, 0) is None
    assert following_path(replace(LIST, look_up=True, back_to=OLDEST), HERE, nothing, None, 1, 0) is None
