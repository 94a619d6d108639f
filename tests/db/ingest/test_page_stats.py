"""The counts of rejected items, dropped values and Hub fields of a walk."""

from dataclasses import replace

from crawler.schema.rejections import DroppedValue, Rejection
from crawler.spool.spool import SpooledPage
from db.ingest.page_stats import MAX_DROPPED, SentField, rejected_ids, rejected_items, rejects_of, sent_fields


def page(number: int, listing: str, *raws: str, fields: dict[str, str] | None = None) -> SpooledPage:
    """Return a page whose items were all rejected."""
    rejections = tuple(Rejection(place, "does not fit", raw) for place, raw in enumerate(raws))
    return SpooledPage(number, listing, 0, len(raws), rejections, 1, None, fields or {})


def test_every_rejected_item_of_a_list_counts() -> None:
    """Every rejected item counts, including those without JSON and those that look alike."""
    assert rejected_items([page(1, "all", "42", "", "", ""), page(2, "all", "42", "")]) == 6


def shown(number: int, listing: str, *ids: tuple[str | None, str | None]) -> SpooledPage:
    """Return a page of rejected items with these ids."""
    rejections = tuple(Rejection(place, "does not fit", "", *one) for place, one in enumerate(ids))
    return SpooledPage(number, listing, 0, len(ids), rejections, 1, None)


def test_an_item_that_several_lists_showed_counts_once() -> None:
    """An item of several lists counts once, by its id."""
    pages = [
        shown(1, "likes", ("a", "org/a"), ("b", None)),
        shown(2, "created", ("a", "org/moved"), (None, "org/c"), (None, None)),
    ]

    assert rejected_items(pages) == 4


def test_what_rejected_items_show() -> None:
    """Rejected items yield Hub ids, and names where the id is unreadable."""
    pages = [shown(1, "likes", ("a", "org/a"), ("b", None)), shown(2, "created", (None, "org/c"), (None, None))]

    assert rejected_ids(pages) == (["a", "b"], ["org/c"])


def dropping(number: int, *raws: str, more: int = 0) -> SpooledPage:
    """Return a page with dropped values, some of them only counted."""
    values = tuple(DroppedValue(place, "tags", "tags: odd", raw) for place, raw in enumerate(raws))
    return replace(page(number, "all"), dropped=values, values_dropped=len(raws) + more)


def test_dropped_values_are_rejects_once_and_up_to_a_limit() -> None:
    """Each dropped value is stored once up to a limit; a row on page 0 counts the rest."""
    rejects = rejects_of(
        [dropping(1, "a", "b"), dropping(2, "b", *(f"{number}" for number in range(MAX_DROPPED)), more=7)]
    )

    assert [(one.page, one.place, one.reason) for one in rejects[:2]] == [
        (1, 0, "tags: odd (value dropped)"),
        (1, 1, "tags: odd (value dropped)"),
    ]
    assert len(rejects) == MAX_DROPPED + 1
    assert (rejects[-1].page, rejects[-1].reason) == (0, "9 more (value dropped)")


def test_a_field_has_the_types_of_all_lists() -> None:
    """A field has the types of all lists; null only if it has no other type."""
    pages = [
        page(1, "likes", fields={"gated": "boolean", "gguf": "null"}),
        page(2, "created", fields={"gated": "string|boolean"}),
        page(3, "created"),
    ]

    assert sent_fields(pages) == ([SentField("gated", "boolean|string", 2), SentField("gguf", "null", 1)], 2)
