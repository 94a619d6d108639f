"""The table of repository fields and everything derived from it."""

import json

import polars as pl
import pytest

from crawler.kinds import REPO_KINDS, Kind
from crawler.schema.column_reader import ColumnReader, PageField
from crawler.schema.columns import COLUMNS, page_columns
from crawler.schema.field_checks import Counter, Id, Size
from crawler.schema.registry import SCHEMAS
from crawler.schema.repos import FIELDS, RepoField, expand

USED_STORAGE = RepoField("used_storage", Size(), ("usedStorage",), lookup_only=(Kind.MODEL,))


def test_a_field_of_look_ups_is_not_asked_for_in_lists() -> None:
    """The Hub refuses a list that asks for `usedStorage` with 400."""
    fields = (*FIELDS, USED_STORAGE)

    assert "usedStorage" not in expand(Kind.MODEL, fields=fields)
    assert "usedStorage" in expand(Kind.MODEL, lookup=True, fields=fields)
    assert "usedStorage" not in expand(Kind.SPACE, lookup=True, fields=fields)


@pytest.mark.parametrize("kind", REPO_KINDS)
def test_a_look_up_asks_for_all_fields_of_a_list(kind: Kind) -> None:
    """Both ask whether the repository is private."""
    assert set(SCHEMAS[kind].list_fields) <= set(SCHEMAS[kind].lookup_fields)
    assert "private" in SCHEMAS[kind].list_fields


def test_a_new_field_is_read_and_checked() -> None:
    """A row of the table is enough: its values become a column, and its invalid values are named."""
    reader = ColumnReader([PageField("hub_id", Id(), ("_id",)), PageField("used_storage", Size(), ("usedStorage",))])
    body = json.dumps([{"_id": "a", "usedStorage": 7}, {"_id": "b", "usedStorage": -1}, {"_id": "c"}]).encode()

    found = reader.read(reader.items(body), plain=True)

    assert found.rows["used_storage"].to_list() == [7, None, None]
    assert found.faults == {1: ["usedStorage: not a whole number from 0 to 1,000,000,000,000,000"]}
    assert found.reasons == {}


def test_the_first_source_with_a_value_counts() -> None:
    """An invalid value in one source leaves the other source."""
    reader = ColumnReader([PageField("n", Size(), ("a.total", "b.total"))])
    body = json.dumps([{"a": {"total": 1}, "b": {"total": 2}}, {"b": {"total": 2}}, {"a": {"total": -1}}]).encode()

    assert reader.read(reader.items(body), plain=True).rows["n"].to_list() == [1, 2, None]


def test_a_counter_rejects_its_item() -> None:
    """The same value in a size is only dropped."""
    reader = ColumnReader([PageField("likes", Counter(), ("likes",))])

    found = reader.read(reader.items(b'[{"likes": -1}]'), plain=True)

    assert list(found.reasons) == [0]
    assert found.faults == {}


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_a_schema(kind: Kind) -> None:
    """All pages have an id and a creation time, and lists as one text."""
    columns = page_columns(kind)

    assert {"hub_id", "id", "created_at"} <= columns.keys() <= COLUMNS[kind].keys()
    assert not any(isinstance(dtype, pl.List) for dtype in columns.values())
