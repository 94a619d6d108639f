"""Cursors equal those of the Hub."""

import base64
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hubtrends.sim.errors import RefusedError
from hubtrends.sim.server.cursor import Cursor, decode, encode

HUB_ID = "6a0e3141f27e4e44e999a28a"

REAL = {  # decoded from captured Link headers
    "createdAt": ('{"_id":{"$lt":"6a0e3141f27e4e44e999a28a"}}', None, HUB_ID),
    "trendingScore": (
        '{"$or":[{"trendingScore":0,"_id":{"$gt":"6290493547d5d4937a684576"}},'
        '{"trendingScore":{"$lt":0}},{"trendingScore":null}]}',
        0,
        "6290493547d5d4937a684576",
    ),
    "downloads": (
        '{"$or":[{"downloads":2,"_id":{"$gt":"6390d9f33de76d60299acbe0"}},{"downloads":{"$lt":2}},{"downloads":null}]}',
        2,
        "6390d9f33de76d60299acbe0",
    ),
}


def wire(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize("sort", REAL)
def test_a_captured_cursor_is_read_and_written_byte_for_byte(sort: str) -> None:
    """Decoding the Hub's own cursor and encoding it again gives the same bytes."""
    text, value, hub_id = REAL[sort]

    cursor = decode(wire(text), sort, ascending=False)

    assert cursor == Cursor(sort, False, value, hub_id)
    assert encode(cursor) == wire(text)


values = st.one_of(st.none(), st.integers(0, 10**9), st.floats(0, 1e6), st.text(max_size=30))


@given(value=values, ascending=st.booleans(), searching=st.booleans())
def test_every_cursor_survives_encoding(value: float | str | None, ascending: bool, searching: bool) -> None:
    """A cursor that is encoded and decoded has the same position, with or without a search."""
    cursor = Cursor("likes", ascending, value, HUB_ID)

    assert decode(encode(cursor, searching=searching), "likes", ascending=ascending) == cursor


@given(text=st.one_of(st.text(), st.binary().map(lambda raw: base64.b64encode(raw).decode())))
@example(wire('{"_id":{"$gt":"not hexadecimal"}}'))
@example(wire('{"_id":{"$lt":"' + HUB_ID + '"}}'))
@example(wire("[" * 100_000))
def test_nonsense_is_refused_with_400(text: str) -> None:
    """Anything that is not a cursor of this order is refused with 400."""
    with pytest.raises(RefusedError) as caught:
        decode(text, "createdAt", ascending=True)

    assert caught.value.status == 400


def test_a_cursor_of_another_order_is_refused() -> None:
    """A cursor of the order by likes is invalid for downloads."""
    cursor = encode(Cursor("likes", False, 3, HUB_ID))

    with pytest.raises(RefusedError):
        decode(cursor, "downloads", ascending=False)


def test_a_search_adds_its_token() -> None:
    """The cursor of a search has one more key, as on the Hub."""
    condition = json.loads(base64.b64decode(encode(Cursor("likes", False, 3, HUB_ID), searching=True)))

    assert condition.keys() == {"$or", "searchSequenceToken"}
