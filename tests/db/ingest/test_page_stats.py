"""What is counted of a walk's pages beside their rows."""

from dataclasses import replace

from crawler.schema.misfits import DroppedValue, Rejection
from crawler.spool.spool import SpooledPage
from db.ingest.page_stats import MOST_DROPPED, SentField, misfits, rejected_ids, rejected_items, sent_fields


def page(number: int, listing: str, *raws: str, fields: dict[str, str] | None = None) -> SpooledPage:
    """A page without rows, all of whose items were rejected."""
    rejections = tuple(Rejection(place, "does not fit", raw) for place, raw in enumerate(raws))
    return SpooledPage(number, listing, 0, len(raws), rejections, 1, None, fields or {})


def test_every_rejected_item_of_a_list_counts() -> None:
    """Also those whose JSON is not kept, and those that look alike."""
    assert rejected_items([page(1, "all", "42", "", "", ""), page(2, "all", "42", "")]) == 6


def shown(number: int, listing: str, *ids: tuple[str | None, str | None]) -> SpooledPage:
    """A page whose rejected items can be told by these ids."""
    rejections = tuple(Rejection(place, "does not fit", "", *one) for place, one in enumerate(ids))
    return SpooledPage(number, listing, 0, len(ids), rejections, 1, None)


def test_an_item_that_several_lists_showed_counts_once() -> None:
    """It is known by its id, whatever else the lists said of it."""
    pages = [
        shown(1, "likes", ("a", "org/a"), ("b", None)),
        shown(2, "created", ("a", "org/moved"), (None, "org/c"), (None, None)),
    ]

    assert rejected_items(pages) == 4


def test_what_rejected_items_show() -> None:
    """The Hub's own ids, and the names of those whose id cannot be read."""
    pages = [shown(1, "likes", ("a", "org/a"), ("b", None)), shown(2, "created", (None, "org/c"), (None, None))]

    assert rejected_ids(pages) == (["a", "b"], ["org/c"])


def dropping(number: int, *raws: str, more: int = 0) -> SpooledPage:
    """A page from whose items values were dropped, some of them not noted one by one."""
    values = tuple(DroppedValue(place, "tags", "tags: odd", raw) for place, raw in enumerate(raws))
    return replace(page(number, "all"), dropped=values, values_dropped=len(raws) + more)


def test_dropped_values_are_told_once_and_up_to_a_limit() -> None:
    """Whatever lies beyond is counted in one row, which belongs to no page."""
    told = misfits([dropping(1, "a", "b"), dropping(2, "b", *(f"{number}" for number in range(MOST_DROPPED)), more=7)])

    assert [(one.page, one.place, one.reason) for one in told[:2]] == [
        (1, 0, "tags: odd (value dropped)"),
        (1, 1, "tags: odd (value dropped)"),
    ]
    assert len(told) == MOST_DROPPED + 1
    assert (told[-1].page, told[-1].reason) == (0, "9 more (value dropped)")


def test_a_field_has_the_types_of_all_lists() -> None:
    """Null is a type only where there is no other."""
    pages = [
        page(1, "likes", fields={"gated": "boolean", "gguf": "null"}),
        page(2, "created", fields={"gated": "string|boolean"}),
        page(3, "created"),
    ]

    assert sent_fields(pages) == ([SentField("gated", "boolean|string", 2), SentField("gguf", "null", 1)], 2)
