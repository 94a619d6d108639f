"""Which items count as private, and how pages with private items are stored."""

import json
from functools import partial
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import BadBodyError, display_url
from crawler.schema.field_types import json_types
from crawler.schema.page import ParsedPage, ReceivedPage, joined
from crawler.schema.private import digests, is_public, public_part
from crawler.schema.repo_pages import parse_repo, parse_repos, receive_repos
from crawler.schema.untrusted_json import read_json

PUBLIC = [{}, {"private": None}, {"private": False}]
PRIVATE = [{"private": value} for value in (True, "true", "false", "", 0, 1, 0.0, [], {}, [False], {"is": False})]


def item(name: str, **fields: object) -> dict[str, object]:
    return {"_id": f"id of {name}", "id": f"org/{name}", "likes": 1} | fields


def body(*items: object) -> bytes:
    return json.dumps(items).encode()


@pytest.mark.parametrize("fields", PUBLIC)
def test_public_items_are_kept(fields: dict[str, object]) -> None:
    """`private` may be absent, null or false, in a list, a batch and a look-up."""
    assert is_public(fields)
    assert parse_repos(body(item("a", **fields))).frame["id"].to_list() == ["org/a"]
    assert isinstance(receive_repos(body(item("a", **fields)), first=True), ReceivedPage)
    assert parse_repo(json.dumps(item("a", **fields)).encode()).items == 1


@pytest.mark.parametrize("fields", PRIVATE)
@pytest.mark.parametrize("read", [parse_repos, partial(receive_repos, first=False)])
def test_any_other_value_of_private_is_private(fields: dict[str, object], read: partial[ParsedPage]) -> None:
    """The item is dropped and counted; it is neither a row nor a rejection."""
    page = read(body(item("a"), item("hidden", likes=-1, **fields), item("b", likes=-1), item("c")))

    assert isinstance(page, ParsedPage)
    assert not is_public(fields)
    assert page.frame["id"].to_list() == ["org/a", "org/c"]
    assert page.positions.to_list() == [0, 2]
    assert (page.items, page.public, page.private) == (4, 3, ("id of hidden",))
    assert ["org/b" in rejection.raw for rejection in page.rejections] == [True]
    assert page.entities.len() == 4
    found = parse_repo(json.dumps(item("hidden", **fields)).encode())
    assert (len(found.frame), found.rejections, found.items, found.public) == (0, (), 1, 0)


def test_pages_that_end_with_a_private_item_are_joined_to_the_next() -> None:
    """Positions continue, also those of rejections."""
    first = parse_repos(body(item("a"), item("hidden", private=True)))
    second = parse_repos(body(item("b", likes=-1), item("c")))
    page = joined(first, second)

    assert (first.ends_private, second.ends_private, page.ends_private) == (True, False, False)
    assert page.frame["id"].to_list() == ["org/a", "org/c"]
    assert page.positions.to_list() == [0, 2]
    assert [rejection.place for rejection in page.rejections] == [1]
    assert (page.items, page.public, page.private) == (4, 3, ("id of hidden",))


def test_an_escaped_key_is_the_same_key() -> None:
    """The parser decides, not a search in the bytes."""
    page = receive_repos(body(item("hidden", private=True)).replace(b"private", b"pri\\u0076ate"), first=False)

    assert isinstance(page, ParsedPage)
    assert page.private == ("id of hidden",)


def test_the_fields_of_private_items_are_not_reported() -> None:
    """A field that only private items have would reveal them."""
    assert json_types(body(item("a"), item("b", private=True, resourceGroup="x"))) == {
        "_id": "string",
        "id": "string",
        "likes": "number",
    }


def test_a_rejected_item_is_kept_without_its_private_parts() -> None:
    """Private objects are removed at any depth."""
    inside = {"id": "org/hidden", "private": True}
    page = parse_repos(body(item("a", likes=-1, gguf={"of": [inside]}), [inside]))

    assert [json.loads(rejection.raw) for rejection in page.rejections] == [item("a", likes=-1, gguf={"of": []}), []]


def test_a_truncated_body_is_not_quoted() -> None:
    """Its start may be private; a proxy's page is quoted."""
    with pytest.raises(BadBodyError, match=r"^not JSON \(\d+ bytes\)$"):
        read_json(body(item("hidden", private=True))[:-5])
    with pytest.raises(BadBodyError, match="<html>Blocked"):
        read_json(b"<html>Blocked</html>")


def test_an_address_is_displayed_without_its_cursor() -> None:
    """A cursor may name the last item of the previous page."""
    assert display_url("https://hub/api/models?cursor=hidden%3D&limit=5") == "https://hub/api/models?cursor=…&limit=5"
    assert display_url("https://hub/api/models?limit=5&cursor=hidden") == "https://hub/api/models?limit=5&cursor=…"


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.just("private"), inner),
    max_leaves=10,
)


@given(values)
def test_the_public_part_holds_nothing_private(value: object) -> None:
    """Taking it twice changes nothing."""

    def objects(within: object) -> list[object]:
        inner = list(within.values()) if isinstance(within, dict) else within if isinstance(within, list) else []
        return [one for below in inner for one in (below, *objects(below))]

    part = public_part(value)
    assert all(is_public(one) for one in objects(part))
    assert public_part(part) == part


def test_the_store_computes_the_same_digest(tmp_path: Path) -> None:
    """A stored repository is recognised by it; another walk has another digest."""
    with duckdb.connect() as con:
        found = con.execute("SELECT left(sha256($walk || ' ' || $id), 16)", {"walk": "w", "id": "é"}).fetchone()

    assert found == digests("w", ["é"])
    assert digests("v", ["é"]) != digests("w", ["é"])


@pytest.mark.parametrize(
    "keys",
    [
        '"private":false,"private":true',
        '"private":true,"private":false',
        '"private" : null, "private" : "yes"',
        '"private":false,"pri\\u0076ate":true',
    ],
)
@pytest.mark.parametrize("read", [parse_repos, partial(receive_repos, first=False)])
def test_an_item_is_private_if_any_of_its_private_keys_says_so(read: partial[ParsedPage], keys: str) -> None:
    """A repeated key hides the item whatever its order, in a list, a batch and a look-up."""
    hidden = '{"_id":"x","id":"org/hidden",' + keys + "}"
    page = read(b'[{"_id":"a","id":"org/a","private":false},' + hidden.encode() + b',{"_id":"c","id":"org/c"}]')

    assert isinstance(page, ParsedPage)
    assert page.frame["id"].to_list() == ["org/a", "org/c"]
    assert page.private == ("x",)
    assert len(parse_repo(hidden.encode()).frame) == 0


def test_a_text_that_says_private_hides_nothing() -> None:
    """Tags and escapes that resemble the key leave a public item public."""
    page = parse_repos(body(item("a", tags=["private", '"private":true'], private=False), item("b", task="\x7f")))

    assert page.frame["id"].to_list() == ["org/a", "org/b"]
    assert page.private == ()
