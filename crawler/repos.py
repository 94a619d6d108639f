"""Reads a listing of models, datasets or spaces into columns, a page at once.

    body ─► sent ─► read: the columns in which a page is spooled, and what does not fit and why

A full walk brings millions of items, so none of them becomes an object of Python: polars parses the page into
`REPO_ITEM`, in which a scalar is the text that stands for it in JSON, and the texts are read column by column. So
`"7"` and `7.0` count like `7`, and a word alone like a list of one, while `7.5`, `true` and `-1` are no counts. What
the parser refuses outright, such as an object where a text belongs, is `Unreadable`: then each item is looked at alone.
"""

import io
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import polars as pl
from polars.exceptions import PanicException, PolarsError

from crawler.response import BadBody
from crawler.rows import BETWEEN
from crawler.wire import REPO_ITEM

_NAMES = ("_id", "id")
_TEXTS = ("author", "gated", "pipeline_tag", "library_name", "sdk", "gguf.architecture")
_COUNTS = ("downloads", "downloadsAllTime", "likes", "safetensors.total", "gguf.total", "gguf.context_length")
_TIMES = ("createdAt", "lastModified")
_LISTS = ("tags", "models", "datasets")

_KINDS = {pl.String: "one value", pl.Boolean: "true or false", pl.List: "a list of words", pl.Struct: "an object"}

_LONGEST_NAME, _LONGEST_WORD, _LONGEST_TEXT = 300, 1_000, 10_000
"""Bytes."""

_EARLIEST, _LATEST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)
"""At the ends of the calendar a time with an offset has no UTC form."""

_MOST_COMMAS = 1_000_000
"""In a page; one of 1000 repositories holds some 35,000. The parser takes 660 bytes for an item such as `{}`."""


class Unreadable(Exception):
    """The parser refuses a page, or an item, as a whole."""


def sent(body: bytes) -> pl.DataFrame:
    """The items of a JSON list, in the columns of `REPO_ITEM`. Raises Unreadable, and BadBody for far too many."""
    if len(body) > _MOST_COMMAS < body.count(b","):
        raise BadBody(f"more than {_MOST_COMMAS:,} values in {len(body):,} bytes: not a page")
    if not body[:100].lstrip().startswith(b"["):
        raise Unreadable
    try:
        return pl.read_json(io.BytesIO(body), schema=REPO_ITEM)
    except (PolarsError, PanicException) as error:
        raise Unreadable from error


def sent_alone(raw_item: object) -> pl.DataFrame:
    """One item; what is in it beside the fields that are read cannot spoil it. Raises Unreadable with the reason."""
    if not isinstance(raw_item, dict):
        raise Unreadable("not an object")
    fields = {name: raw_item[name] for name in REPO_ITEM if name in raw_item}
    try:
        return sent(json.dumps([fields]).encode())
    except Unreadable as error:
        raise Unreadable(_first_unreadable(fields)) from error


def _first_unreadable(fields: Mapping[str, object]) -> str:
    for name, value in fields.items():
        try:
            sent(json.dumps([{name: value}]).encode())
        except Unreadable:
            return f"{name}: not {_KINDS[type(REPO_ITEM[name])]} that can be read"
    return "not JSON that can be read"


def is_plain(body: bytes) -> bool:
    """Whether no text of a body that was parsed can hold a NUL or the unit separator, nor half a surrogate pair, which
    polars reads as a NUL: JSON has them escaped, or not at all.
    """
    return b"\\" not in body or b"\\u" not in body  # one byte is found 30 times as fast as two


def read(items: pl.DataFrame, *, plain: bool) -> tuple[pl.DataFrame, dict[int, str]]:
    """The columns in which repositories are spooled, a row an item, and why items do not fit, by their place.

    Nearly all pages fit, which a few sums over their `plain` items show; only where they do not is each item looked at.
    """
    if plain:
        rows = items.select(**_USUAL_COLUMNS)
        if items.hstack(rows.rename(_ROW)).select(_ALL_FIT).item():
            return rows, {}
    looked_at = items.select(**_COLUMNS, **_CHECKS)
    reasons: dict[int, str] = {}
    for reason in _CHECKS:
        if looked_at[reason].any():
            reasons = dict.fromkeys(looked_at[reason].arg_true(), reason) | reasons
    return looked_at[list(_COLUMNS)], reasons


_ANY_TIME = "%+"
_USUAL_TIME = "%Y-%m-%dT%H:%M:%S.%3fZ"
"""As the Hub writes it: read in a third of the time that any other takes, and read as the same."""


def _columns(times: str) -> Iterator[tuple[str, pl.Expr]]:
    yield "hub_id", pl.col("_id")
    yield "id", pl.col("id")
    yield "created_at", _time("createdAt", times)
    yield "last_modified", _time("lastModified", times)
    yield "downloads", _count("downloads")
    yield "downloads_all_time", _count("downloadsAllTime")
    yield "likes", _count("likes")
    yield "trending_score", _number("trendingScore")
    yield "author", pl.col("author")
    yield "gated", pl.col("gated").replace({"false": "no", "true": "yes"})
    yield "disabled", pl.col("disabled")
    yield "task", pl.col("pipeline_tag")
    yield "library", pl.col("library_name")
    yield "sdk", pl.col("sdk")
    yield "parameters", pl.coalesce(_count("safetensors.total"), _count("gguf.total"))
    yield "architecture", _field("gguf.architecture")
    yield "context_length", _count("gguf.context_length")
    yield "datasets", _joined("datasets")
    yield "models", _joined("models")
    yield "tags", _joined("tags")


def _checks() -> Iterator[tuple[str, pl.Expr]]:
    for name in _NAMES:
        text = pl.col(name)
        yield f"{name}: not there", text.is_null()
        length = text.str.len_bytes()
        yield f"{name}: empty, or longer than {_LONGEST_NAME} bytes", (length == 0) | (length > _LONGEST_NAME)
        yield f"{name}: holds a control character", text.str.contains(r"[\x00-\x1f]")
    for name in _COUNTS:
        yield f"{name}: not a whole number from 0 to 2^63 - 1", _lost(name, _count(name)) | (_count(name) < 0)
    number = _number("trendingScore")
    yield "trendingScore: not a number", _lost("trendingScore", number) | ~number.is_finite()
    for name in _TIMES:
        time = _time(name, _ANY_TIME)
        yield f"{name}: not a time with its offset from UTC", _lost(name, time) | ~time.is_between(_EARLIEST, _LATEST)
    for name in _TEXTS:
        text = _field(name)
        yield f"{name}: longer than {_LONGEST_TEXT} bytes", text.str.len_bytes() > _LONGEST_TEXT
        yield f"{name}: holds a NUL", text.str.contains("\0", literal=True)
    for name in _LISTS:
        words = pl.col(name)
        yield f"{name}: null among its words", words.list.eval(pl.element().is_null()).list.any()
        longest = words.list.eval(pl.element().str.len_bytes()).list.max()
        yield f"{name}: a word longer than {_LONGEST_WORD} bytes", longest > _LONGEST_WORD
        odd = pl.element().str.contains(rf"[\x00{BETWEEN}]")
        yield f"{name}: a word holds NUL or the unit separator", words.list.eval(odd).list.any()


def _signs() -> Iterator[pl.Expr]:
    """What holds of plain items beside their rows, each as one value, where no check says anything against them."""
    for name in _NAMES:
        text = pl.col(name)
        yield text.null_count() == 0
        yield text.str.len_bytes().is_between(1, _LONGEST_NAME).all()
        yield ~text.str.contains(r"[\x00-\x1f]").any()
    for name in _COUNTS:
        count = pl.col(_ROW[_READ_AS[name]]) if name in _READ_AS else _count(name)
        yield _all_kept(name, count)
        yield (count >= 0).all()
    number = pl.col(_ROW["trending_score"])
    yield _all_kept("trendingScore", number)
    yield number.is_finite().all()
    for name in _TIMES:
        time = pl.col(_ROW[_READ_AS[name]])
        yield _all_kept(name, time)
        yield time.is_between(_EARLIEST, _LATEST).all()
    for name in _TEXTS:
        yield (_field(name).str.len_bytes() <= _LONGEST_TEXT).all()
    for name in _LISTS:
        words = pl.col(name)
        yield (words.list.eval(pl.element().str.len_bytes()).list.max() <= _LONGEST_WORD).all()
        yield ~words.list.eval(pl.element().is_null()).list.any().any()


def _all_kept(name: str, value: pl.Expr) -> pl.Expr:
    """Whether each text of a field says such a value."""
    return value.null_count() == _field(name).null_count()


def _field(name: str) -> pl.Expr:
    """A field, or one inside of another."""
    outer, _, inner = name.partition(".")
    return pl.col(outer).struct.field(inner) if inner else pl.col(outer)


def _count(name: str) -> pl.Expr:
    return _field(name).cast(pl.Int64, strict=False)


def _number(name: str) -> pl.Expr:
    return _field(name).cast(pl.Float64, strict=False)


def _time(name: str, format_: str) -> pl.Expr:
    return _field(name).str.to_datetime(format_, time_unit="us", time_zone="UTC", strict=False)


def _lost(name: str, value: pl.Expr) -> pl.Expr:
    """Whether the text of a field says something that is no such value."""
    return _field(name).is_not_null() & value.is_null()


def _joined(name: str) -> pl.Expr:
    """Each list as one text, null for an empty one."""
    words = pl.col(name)
    return pl.when(words.list.len() > 0).then(words.list.join(BETWEEN))


_COLUMNS, _USUAL_COLUMNS = dict(_columns(_ANY_TIME)), dict(_columns(_USUAL_TIME))
_CHECKS = dict(_checks())
"""By the reason why an item does not fit, whether it is so."""
_ROW = {name: f"row.{name}" for name in _COLUMNS}
_READ_AS = {
    "downloads": "downloads", "downloadsAllTime": "downloads_all_time", "likes": "likes",
    "gguf.context_length": "context_length", "createdAt": "created_at", "lastModified": "last_modified",
}  # fmt: skip
"""The columns in which fields stand unmixed."""
_ALL_FIT = pl.all_horizontal(*_signs())
"""All are made once: making them anew takes longer than a page does."""
