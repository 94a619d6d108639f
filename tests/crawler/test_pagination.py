"""The next page of a listing, its end, and doubts about its end."""

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
    """Return a page of a number of items; the days of September 2026 are creation dates."""
    times = [None if day is None else datetime(2026, 9, day, tzinfo=UTC) for day in days]
    frame = pl.DataFrame({"created_at": times}, schema={"created_at": TIME})
    return ParsedPage(frame, (), items, pl.Series(dtype=pl.Int64), total)


def showing(*ids: str) -> ParsedPage:
    """A page of these entities."""
    frame = pl.DataFrame({"hub_id": ids}, schema={"hub_id": pl.String})
    return ParsedPage(frame, (), len(ids), pl.Series(dtype=pl.Int64))


@pytest.mark.parametrize("items", [0, 1, 999, 1000])
def test_a_link_continues_the_list(items: int) -> None:
    """A short or empty page with a link is not the last one."""
    assert next_page_path(LIST, HERE, page(items), LINK, 1, 0) == LINK


@pytest.mark.parametrize("items", [0, 1000])
def test_a_missing_link_ends_the_list(items: int) -> None:
    """This holds for a full page as well."""
    assert next_page_path(LIST, HERE, page(items), None, 1, 0) is None


@pytest.mark.parametrize(("before", "items", "goes_on"), [(0, 999, True), (0, 1000, False), (999, 1, False)])
def test_a_top_list_ends_with_its_last_record(before: int, items: int, goes_on: bool) -> None:
    """Records are counted over all pages."""
    found = next_page_path(replace(LIST, max_records=1000), HERE, page(items), LINK, 2, before)

    assert found == (LINK if goes_on else None)


@pytest.mark.parametrize(("pages", "goes_on"), [(1, True), (2, True), (3, False)])
def test_a_trending_list_ends_with_its_third_page(pages: int, goes_on: bool) -> None:
    """Pages are counted from the first."""
    assert next_page_path(replace(LIST, max_pages=3), HERE, page(9), LINK, pages, 0) == (LINK if goes_on else None)


@pytest.mark.parametrize(
    "days",
    [(9, 1), (1,), (None,), ()],
    ids=["some younger", "exactly as old", "no date", "no row"],
)
def test_a_page_with_a_young_entity_continues_the_list(days: tuple[int | None, ...]) -> None:
    """An unknown creation time does not end it."""
    assert next_page_path(replace(LIST, back_to=OLDEST), HERE, page(9, None, *days), LINK, 1, 0) == LINK


def test_a_page_of_old_entities_ends_the_list() -> None:
    """All entities are older than the limit."""
    found = next_page_path(replace(LIST, back_to=datetime(2026, 9, 2, tzinfo=UTC)), HERE, page(1, None, 1), LINK, 1, 0)

    assert found is None


@pytest.mark.parametrize(
    ("items", "total", "before", "goes_on"),
    [(14, 868, 0, True), (14, 28, 14, False), (3, 868, 0, True), (14, None, 14, True), (0, 868, 14, False)],
    ids=["first of many", "the total is reached", "short, not the last", "no total told", "empty"],
)
def test_numbered_pages_end_with_the_total(items: int, total: int | None, before: int, goes_on: bool) -> None:
    """An empty page ends them as well; links do not count."""
    blog = Listing("blog", "/api/blog?p=0", numbered=True)

    found = next_page_path(blog, "/api/blog?p=1", page(items, total), None, 1, before)

    assert found == ("/api/blog?p=2" if goes_on else None)


def test_a_look_up_has_one_page() -> None:
    """Neither a link nor an empty answer continues it."""
    nothing = ParsedPage(pl.DataFrame(), (), 0, pl.Series(dtype=pl.Int64))

    assert next_page_path(replace(LIST, is_lookup=True), HERE, page(1), LINK, 1, 0) is None
    assert next_page_path(replace(LIST, is_lookup=True, back_to=OLDEST), HERE, nothing, None, 1, 0) is None


@pytest.mark.parametrize(
    ("limit", "longest", "items", "full"),
    [(1000, 0, 1000, True), (1000, 0, 999, False), (1000, 1000, 999, False), (1000, 500, 500, True),
     (1000, 500, 0, False), (2, 0, 3, True)],
    ids=["as asked for", "shorter", "shorter than before", "as long as before", "empty", "longer"],
)  # fmt: skip
def test_when_a_page_is_full(limit: int, longest: int, items: int, full: bool) -> None:
    """It has the requested length, or that of the longest page."""
    assert is_full(f"/api/models?limit={limit}", items, longest) == full


@pytest.mark.parametrize("limit", ["", "x", "-1", "0", "9" * 5000], ids=["none", "a word", "negative", "0", "endless"])
def test_an_unreadable_limit_is_ignored(limit: str) -> None:
    """Only earlier pages count then."""
    assert not is_full(f"/api/models?limit={limit}", 5)
    assert is_full(f"/api/models?limit={limit}", 5, 5)


@pytest.mark.parametrize(
    ("listing", "doubted"),
    [
        (LIST, True),
        (replace(LIST, max_records=2000), False),
        (replace(LIST, max_records=2001), True),
        (replace(LIST, back_to=datetime(2026, 9, 2, tzinfo=UTC)), False),
        (replace(LIST, is_lookup=True), False),
        (replace(LIST, numbered=True), False),
        (replace(LIST, links_count=True), False),
    ],
    ids=["to its end", "enough records", "too few records", "back to a day", "look-up", "blog", "papers"],
)
def test_which_ends_are_probed(listing: Listing, doubted: bool) -> None:
    """The end of a list with links, unless it was limited."""
    assert may_have_lost_link(listing, HERE, page(1000, None, 1), pages=2, items_before=1000, longest=1000) == doubted


@pytest.mark.parametrize(("items", "limit"), [(1000, 999), (500, 499), (2, 1), (1, 2)])
def test_a_probe_changes_the_limit_only(items: int, limit: int) -> None:
    """The cursor and repeated parameters stay."""
    path = "/api/models?expand=likes&expand=tags&limit=1000&cursor=eyJ%3D"

    assert probe_path(path, items) == f"/api/models?expand=likes&expand=tags&cursor=eyJ%3D&limit={limit}"


def test_a_full_probe_without_a_link_is_not_believed() -> None:
    """More items exist, so a link is missing; a shorter probe is the end."""
    assert "999 items without a next link" in (why_not_last(probe_path(HERE, 1000), page(999)) or "")
    assert why_not_last(probe_path(HERE, 1000), page(998)) is None


def test_counted_pages_continue_after_a_full_page() -> None:
    """No link is needed; a page that is not full is the last."""
    papers, first = Listing("day", "/", links_count=True), "/api/daily_papers?date=2026-09-01&limit=100"
    second = f"{first}&p=1"

    assert next_page_path(papers, first, page(100), None, 1, 0) == second
    assert next_page_path(papers, second, page(100), None, 2, 100) == f"{first}&p=2"
    assert next_page_path(papers, second, page(99), None, 2, 100) is None
    assert next_page_path(replace(papers, max_pages=1), first, page(100), None, 1, 0) is None


@pytest.mark.parametrize("number", ["x", "-1", "9" * 5000])
def test_an_unreadable_page_number_ends_the_list(number: str) -> None:
    """Links are untrusted."""
    assert next_counted(f"/api/daily_papers?limit=100&p={number}") is None


def test_page_numbers_are_decimal() -> None:
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
