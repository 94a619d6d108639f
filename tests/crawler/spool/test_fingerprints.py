"""How fingerprints distinguish sets of attributes."""

from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from crawler.kinds import Kind
from crawler.schema.columns import NUMBERS, PLACES, attribute_columns, page_columns
from crawler.schema.value_types import BETWEEN
from crawler.spool.fingerprints import fingerprints

POST = {
    "hub_id": "a", "id": "org/intro", "title": "An intro", "authors": BETWEEN.join(["ada", "bob"]),
    "organization": "org", "official": False, "tags": "guide",
}  # fmt: skip


def fingerprint(row: dict[str, Any], kind: Kind = Kind.ARTICLE) -> int:
    """Return the fingerprint of a page of one row."""
    frame = pl.DataFrame([row], schema={**page_columns(kind), **PLACES})
    (found,) = fingerprints(kind, frame)
    return int(found)


def test_fingerprints_are_the_same_in_every_version() -> None:
    """The store keeps them for years; a new formula would make all attributes look changed."""
    assert fingerprint(POST) == 5_626_847_164_349_423_603


def test_every_attribute_counts() -> None:
    """A change of one attribute, also to null, changes the fingerprint."""
    others = [
        POST | {name: value}
        for name in attribute_columns(Kind.ARTICLE)
        for value in (None, True if name == "official" else "x")
    ]

    assert len({fingerprint(row) for row in [POST, *others]}) == 1 + len(others)


def test_numbers_and_dates_do_not_count() -> None:
    """They change daily and are stored elsewhere."""
    measured = {name: 7 for name in NUMBERS if name in page_columns(Kind.ARTICLE)}

    assert fingerprint(POST | measured | {"hub_id": "b", "rank": 1, "place": 9}) == fingerprint(POST)


def test_null_differs_from_every_text() -> None:
    """The empty text is included."""
    assert len({fingerprint(POST | {"title": title}) for title in (None, "None", "null", "")}) == 4


@given(st.tuples(st.text(max_size=5), st.text(max_size=5)), st.tuples(st.text(max_size=5), st.text(max_size=5)))
def test_attributes_are_separated(one: tuple[str, str], other: tuple[str, str]) -> None:
    """Moving a character from one text to the next changes the fingerprint."""
    first, second = (fingerprint(POST | {"title": title, "organization": name}) for title, name in (one, other))
    hostile = any(mark in text for text in (*one, *other) for mark in "\x00\x1e")

    assert hostile or (first == second) == (one == other)
