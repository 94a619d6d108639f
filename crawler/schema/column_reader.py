"""Reads a page of repositories into columns, all items at once.

    body ─► items: raw texts ─► read: the columns of a spooled page, rejections, dropped values

A full walk has millions of items, so none of them becomes a Python object. polars parses the page into columns of JSON
texts, and each column is converted at once. So `"7"` and `7.0` count as `7`, and a single word counts as a list of one;
`7.5`, `true` and `-1` are no counts. The parser refuses some pages as a whole, for example if an object is in the place
of a text. It then raises UnreadableItemsError, and each item is parsed alone. A size within an object, such as
`safetensors.total`, that is a text is dropped.

An invalid id or counter rejects the item (`FieldType.decides`). Any other invalid value is dropped.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from polars.exceptions import PanicException, PolarsError

from crawler.errors import BadBodyError, UnreadableItemsError
from crawler.schema.field_checks import FieldType, Size, Words
from crawler.schema.private import PRIVATE

MAX_COMMAS = 1_000_000
"""Maximum commas of a page. A page of 1000 repositories has about 35,000; the parser takes 660 bytes for an item like
`{}`."""

_TYPE_NAMES = {pl.String: "one value", pl.Boolean: "true or false", pl.List: "a list of words", pl.Struct: "an object"}


@dataclass(frozen=True, slots=True)
class PageField:
    """A column of a page, and the Hub's fields that it is read from."""

    column: str
    type: FieldType
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """The columns of one page, or of several together."""

    rows: pl.DataFrame
    """One row per item, rejected items included."""
    reasons: dict[int, str]
    """Why items are rejected, by row."""
    faults: dict[int, list[str]]
    """Dropped values of the other items, by row, each as `field: reason`."""


def is_plain(body: bytes) -> bool:
    r"""Return whether no text of a parsed body can hold a NUL or a unit separator.

    JSON can hold both only as `\u` escapes. The same is true for half a surrogate pair, which polars reads as a NUL.
    """
    return b"\\" not in body or b"\\u" not in body  # one byte is found 30 times as fast as two


class ColumnReader:
    """Reads items of kinds with the same fields; its expressions are built once, because that is slow."""

    def __init__(self, fields: Sequence[PageField]) -> None:
        self.columns = tuple(field.column for field in fields)
        self.raw_schema = _raw_schema(fields)
        self._types = {source: field.type for field in fields for source in field.sources}
        sizes = (source for source, kind in self._types.items() if type(kind) is Size)
        self._sizes = [source.split(".") for source in sizes if "." in source]
        inner_names = sorted({inner for _, inner in self._sizes})
        self._sizes_as_text = {space: [f'"{name}":{space}"'.encode() for name in inner_names] for space in ("", " ")}
        self._usual = {field.column: _first([field.type.value(_raw(one)) for one in field.sources]) for field in fields}
        self._kept = {field.column: _first([field.type.kept(_raw(one)) for one in field.sources]) for field in fields}
        self._rejects = self._invalid(decides=True)
        self._drops = self._invalid(decides=False)
        self._row_names = {field.column: f"row.{field.column}" for field in fields}
        signs: list[pl.Expr] = []
        for field in fields:
            for source in field.sources:
                single = len(field.sources) == 1
                value = pl.col(self._row_names[field.column]) if single else field.type.value(_raw(source))
                signs += field.type.all_fit(_raw(source), value)
        self._all_fit = pl.all_horizontal(*signs)

    def _invalid(self, *, decides: bool) -> dict[str, pl.Expr]:
        return {
            f"{name}: {reason}": found
            for name, type_ in self._types.items()
            if type_.decides is decides
            for reason, found in type_.invalid(_raw(name))
        }

    def items(self, body: bytes, *, max_commas: int = MAX_COMMAS) -> pl.DataFrame:
        """Return the items of a JSON list as raw columns.

        Raises UnreadableItemsError, and BadBodyError for far too many values.
        """
        # a value and its comma take at least two bytes, so most pages need no count
        if len(body) > 2 * max_commas and body.count(b",") > max_commas:
            raise BadBodyError(f"more than {max_commas:,} values in {len(body):,} bytes: not a page")
        # each search takes 0.15 ms per 1000 repositories, so only those in the style of the first field are made
        space = " " if b'": ' in body[:100] else ""
        if not body[:100].lstrip().startswith(b"[") or any(size in body for size in self._sizes_as_text[space]):
            raise UnreadableItemsError
        return self._parsed(body)

    def _parsed(self, body: bytes) -> pl.DataFrame:
        try:
            return pl.read_json(body, schema=self.raw_schema)  # bytes take 20 % less time than a file object
        except (PolarsError, PanicException) as error:
            raise UnreadableItemsError from error

    def read(self, items: pl.DataFrame, *, plain: bool) -> Reading:
        """Convert raw items to the columns of a page, and report the invalid values.

        For `plain` items, a few aggregates show whether all values are valid. Only the few other pages are checked item
        by item.
        """
        if plain:
            rows = items.select(**self._usual)
            if items.hstack(rows.rename(self._row_names)).select(self._all_fit).item():
                return Reading(rows, {}, {})
        checked = items.select(**self._kept, **self._rejects, **self._drops)
        reasons: dict[int, str] = {}
        for reason in self._rejects:
            if checked[reason].any():
                reasons = dict.fromkeys(checked[reason].arg_true(), reason) | reasons
        faults: dict[int, list[str]] = {}
        for fault in self._drops:
            for row in checked[fault].arg_true() if checked[fault].any() else ():
                if row not in reasons:
                    faults.setdefault(row, []).append(fault)
        return Reading(checked[list(self._kept)], reasons, faults)

    def item(self, raw_item: object) -> tuple[pl.DataFrame, list[str]]:
        """Return one item as raw columns, and the faults that the parser refuses, each as `field: reason`.

        Raises UnreadableItemsError with the reason where an id or a counter cannot be parsed.
        """
        if not isinstance(raw_item, dict):
            raise UnreadableItemsError("not an object")
        fields = {name: raw_item[name] for name in self.raw_schema if name in raw_item}
        faults = self._drop_sizes_as_text(fields)
        try:
            return self._parsed(json.dumps([fields]).encode()), faults
        except UnreadableItemsError:
            kept, others = self._readable_fields(fields)
        return self._parsed(json.dumps([kept]).encode()), faults + others

    def _drop_sizes_as_text(self, fields: dict[str, object]) -> list[str]:
        """Set each size within an object to null if it is a text, and return a fault for each."""
        faults = []
        for outer, inner in self._sizes:
            value = fields.get(outer)
            if isinstance(value, dict) and isinstance(value.get(inner), str):
                fields[outer] = value | {inner: None}
                faults += [f"{outer}.{inner}: {reason}" for reason, _ in Size().invalid(pl.col(inner))]
        return faults

    def _readable_fields(self, fields: Mapping[str, object]) -> tuple[dict[str, object], list[str]]:
        """Return the readable fields, also the readable parts of a field, and a fault for each other field."""
        kept: dict[str, object] = {}
        faults: list[str] = []
        for name, value in fields.items():
            if self._is_readable({name: value}):
                kept[name] = value
                continue
            fault = f"{name}: not {_TYPE_NAMES[type(self.raw_schema[name])]} that can be read"
            if name in self._types and self._types[name].decides:
                raise UnreadableItemsError(fault)
            kept[name], inner = self._readable_part(name, value)
            faults += inner or [fault]
        return kept, faults

    def _readable_part(self, name: str, value: object) -> tuple[object, list[str]]:
        """Return the readable part of a list or object, and a fault per other part; any other value has none."""
        if isinstance(value, list) and isinstance(self._types.get(name), Words):
            words = [
                word
                for word in value
                if isinstance(word, str | int | None) or (isinstance(word, float) and math.isfinite(word))
            ]
            readable = words and self._is_readable({name: words})
            return (words, [f"{name}: a word that cannot be read"]) if readable else (None, [])
        struct = self.raw_schema[name]
        if isinstance(value, dict) and isinstance(struct, pl.Struct):
            inner = {field.name: value[field.name] for field in struct.fields if field.name in value}
            odd = [key for key, one in inner.items() if not self._is_readable({name: {key: one}})]
            faults = [f"{name}.{key}: not one value that can be read" for key in odd]
            return {key: one for key, one in inner.items() if key not in odd}, faults
        return None, []

    def _is_readable(self, fields: Mapping[str, object]) -> bool:
        try:
            self._parsed(json.dumps([fields]).encode())
        except UnreadableItemsError:
            return False
        return True


def _raw_schema(fields: Sequence[PageField]) -> dict[str, pl.DataType]:
    """Return the parser's schema: fields as texts, `outer.inner` in a struct, and the private flag."""
    schema: dict[str, pl.DataType] = {}
    structs: dict[str, dict[str, pl.DataType]] = {}
    for field in fields:
        for source in field.sources:
            outer, _, inner = source.partition(".")
            if inner:
                structs.setdefault(outer, {})[inner] = field.type.raw
            else:
                schema[source] = field.type.raw
    return schema | {outer: pl.Struct(inner) for outer, inner in structs.items()} | {PRIVATE: pl.Boolean()}


def _raw(source: str) -> pl.Expr:
    outer, _, inner = source.partition(".")
    return pl.col(outer).struct.field(inner) if inner else pl.col(outer)


def _first(values: Sequence[pl.Expr]) -> pl.Expr:
    return values[0] if len(values) == 1 else pl.coalesce(*values)
