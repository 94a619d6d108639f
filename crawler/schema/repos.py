"""Reads a listing of models, datasets or spaces into columns, a page at once.

    body ─► sent ─► read: the columns in which a page is spooled, what is rejected, and what is dropped

A full walk brings millions of items, so none of them becomes an object of Python: polars parses the page into
`REPO_ITEM`, in which a scalar is the text that stands for it in JSON, and the texts are read column by column. So
`"7"` and `7.0` count like `7`, and a word alone like a list of one, while `7.5`, `true` and `-1` are no counts. What
the parser refuses outright, such as an object where a text belongs, is an `UnreadableItemsError`; then each item is
parsed alone.

The ids and the counters decide over an item (`DECIDING`). Any other value that does not fit is dropped.
"""

import io
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl
from polars.exceptions import PanicException, PolarsError

from crawler.errors import BadBodyError, UnreadableItemsError
from crawler.schema.misfits import ItemIds, readable_id
from crawler.schema.repo_columns import ALL_FIT, COLUMNS, DECIDING, DROPPED, LISTS, REJECTED, ROW, USUAL_COLUMNS
from crawler.schema.wire import REPO_ITEM

_KINDS = {pl.String: "one value", pl.Boolean: "true or false", pl.List: "a list of words", pl.Struct: "an object"}

_MOST_COMMAS = 1_000_000
"""In a page; one of 1000 repositories holds some 35,000. The parser takes 660 bytes for an item such as `{}`."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a page, or several together, came to."""

    rows: pl.DataFrame
    """The columns in which repositories are spooled, a row an item, rejected ones included."""
    reasons: dict[int, str]
    """Why items are rejected, by their row."""
    faults: dict[int, list[str]]
    """What was dropped from the others, by their row, each as `field: reason`."""


def sent(body: bytes) -> pl.DataFrame:
    """Return the items of a JSON list in the columns of `REPO_ITEM`.

    Raises UnreadableItemsError, and BadBodyError for far too many values.
    """
    if len(body) > _MOST_COMMAS < body.count(b","):
        raise BadBodyError(f"more than {_MOST_COMMAS:,} values in {len(body):,} bytes: not a page")
    if not body[:100].lstrip().startswith(b"["):
        raise UnreadableItemsError
    try:
        return pl.read_json(io.BytesIO(body), schema=REPO_ITEM)
    except (PolarsError, PanicException) as error:
        raise UnreadableItemsError from error


def sent_alone(raw_item: object) -> tuple[pl.DataFrame, list[str]]:
    """One item, and what of it the parser refuses, each as `field: reason`.

    Fields that are not read cannot spoil it. Raises UnreadableItemsError where an id or a counter cannot be parsed.
    """
    if not isinstance(raw_item, dict):
        raise UnreadableItemsError("not an object")
    fields = {name: raw_item[name] for name in REPO_ITEM if name in raw_item}
    try:
        return sent(json.dumps([fields]).encode()), []
    except UnreadableItemsError:
        kept, faults = _readable_fields(fields)
    return sent(json.dumps([kept]).encode()), faults


def _readable_fields(fields: Mapping[str, object]) -> tuple[dict[str, object], list[str]]:
    """The fields that the parser takes, in part where they have parts, and a fault for each that it does not."""
    kept: dict[str, object] = {}
    faults: list[str] = []
    for name, value in fields.items():
        if _is_readable({name: value}):
            kept[name] = value
            continue
        fault = f"{name}: not {_KINDS[type(REPO_ITEM[name])]} that can be read"
        if name in DECIDING:
            raise UnreadableItemsError(fault)
        part, inner = _readable_part(name, value)
        kept[name] = part
        faults += inner or [fault]
    return kept, faults


def _readable_part(name: str, value: object) -> tuple[object, list[str]]:
    """What can be read of a list or an object, with its faults; nothing of any other value."""
    if isinstance(value, list) and name in LISTS:
        words = [word for word in value if isinstance(word, str | int | None) or _is_finite(word)]
        return (words, [f"{name}: a word that cannot be read"]) if words and _is_readable({name: words}) else (None, [])
    struct = REPO_ITEM[name]
    if isinstance(value, dict) and isinstance(struct, pl.Struct):
        inner = {field.name: value[field.name] for field in struct.fields if field.name in value}
        odd = [key for key, one in inner.items() if not _is_readable({name: {key: one}})]
        faults = [f"{name}.{key}: not one value that can be read" for key in odd]
        return {key: one for key, one in inner.items() if key not in odd}, faults
    return None, []


def _is_finite(value: object) -> bool:
    return isinstance(value, float) and math.isfinite(value)


def _is_readable(fields: Mapping[str, object]) -> bool:
    try:
        sent(json.dumps([fields]).encode())
    except UnreadableItemsError:
        return False
    return True


def ids_of(raw_item: object) -> ItemIds:
    """The ids of an item as it was sent."""
    if not isinstance(raw_item, dict):
        return ItemIds(None, None)
    return ItemIds(readable_id(raw_item.get("_id")), readable_id(raw_item.get("id")))


def is_plain(body: bytes) -> bool:
    """Whether no text of a body that was parsed can hold a NUL or the unit separator, nor half a surrogate pair, which
    polars reads as a NUL: JSON has them escaped, or not at all.
    """
    return b"\\" not in body or b"\\u" not in body  # one byte is found 30 times as fast as two


def read(items: pl.DataFrame, *, plain: bool) -> Reading:
    """Turn items into rows, and tell what does not fit.

    Nearly all pages fit, which a few sums over their `plain` items show; only where they do not is each item looked at.
    """
    if plain:
        rows = items.select(**USUAL_COLUMNS)
        if items.hstack(rows.rename(ROW)).select(ALL_FIT).item():
            return Reading(rows, {}, {})
    looked_at = items.select(**COLUMNS, **REJECTED, **DROPPED)
    reasons: dict[int, str] = {}
    for reason in REJECTED:
        if looked_at[reason].any():
            reasons = dict.fromkeys(looked_at[reason].arg_true(), reason) | reasons
    faults: dict[int, list[str]] = {}
    for fault in DROPPED:
        for row in looked_at[fault].arg_true() if looked_at[fault].any() else ():
            if row not in reasons:
                faults.setdefault(row, []).append(fault)
    return Reading(looked_at[list(COLUMNS)], reasons, faults)
