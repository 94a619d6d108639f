"""What is counted of a walk's pages beside their rows."""

from crawler.pages import Rejection
from crawler.spool import SpooledPage
from db.tally import SentField, rejected_items, sent_fields


def page(number: int, leg: str, *raws: str, fields: dict[str, str] | None = None) -> SpooledPage:
    """A page without rows, all of whose items were rejected."""
    rejections = tuple(Rejection(place, "does not fit", raw) for place, raw in enumerate(raws))
    return SpooledPage(number, leg, 0, len(raws), rejections, 1, None, fields or {})


def test_every_rejected_item_of_a_list_counts() -> None:
    """Also those whose JSON is not kept, and those that look alike."""
    assert rejected_items([page(1, "all", "42", "", "", ""), page(2, "all", "42", "")]) == 6


def test_an_item_that_several_lists_showed_counts_once() -> None:
    """It is known by its id, whatever else the lists said of it."""
    first, again = '{"_id": "a", "likes": "many"}', '{"_id": "a", "likes": "more"}'

    assert rejected_items([page(1, "likes", first, '{"_id": "b"}'), page(2, "created", again, "42")]) == 3


def test_a_field_has_the_types_of_all_lists() -> None:
    """Null is a type only where there is no other."""
    pages = [
        page(1, "likes", fields={"gated": "boolean", "gguf": "null"}),
        page(2, "created", fields={"gated": "string|boolean"}),
        page(3, "created"),
    ]

    assert sent_fields(pages) == ([SentField("gated", "boolean|string", 2), SentField("gguf", "null", 1)], 2)
