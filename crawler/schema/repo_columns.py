"""How a column of repositories is read out of the Hub's fields, and how to tell that a value does not fit.

    USUAL_COLUMNS   the columns of a page in which everything fits, and ALL_FIT, which says whether it does
    COLUMNS         the same for any page: what does not fit is null, of a list its odd words are left out
    REJECTED        by reason, the items of which an id or a counter does not fit
    DROPPED         by reason, the items of which another value does not fit

All are expressions over the items of a page, in the columns of `REPO_ITEM`.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import polars as pl

from crawler.schema.columns import BETWEEN
from crawler.schema.misfits import LONGEST_NAME
from crawler.schema.wire import MOST_COUNT

_NAMES = ("_id", "id")
_COUNTERS = ("downloads", "downloadsAllTime", "likes")
DECIDING = frozenset((*_NAMES, *_COUNTERS))
"""The fields that must fit for an item to be stored."""

_TEXTS = ("author", "gated", "pipeline_tag", "library_name", "sdk", "gguf.architecture")
_SIZES = ("safetensors.total", "gguf.total", "gguf.context_length")
_TIMES = ("createdAt", "lastModified")
LISTS = ("tags", "models", "datasets")

_LONGEST_WORD, _LONGEST_TEXT = 1_000, 10_000
"""Bytes."""

_GATED = r"^[a-z][a-z_-]{0,39}$"
"""How the Hub writes a word for gated access, also one that is new."""

_EARLIEST, _LATEST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)
"""At the ends of the calendar a time with an offset has no UTC form."""

_NOT_A_COUNT = f"not a whole number from 0 to {MOST_COUNT:,}"

_ANY_TIME = "%+"
_USUAL_TIME = "%Y-%m-%dT%H:%M:%S.%3fZ"
"""As the Hub writes it: read in a third of the time that any other takes, and read as the same."""


def _columns(times: str) -> Iterator[tuple[str, pl.Expr]]:
    """The columns of a page in which everything fits."""
    yield "hub_id", pl.col("_id")
    yield "id", pl.col("id")
    yield "created_at", _time("createdAt", times)
    yield "last_modified", _time("lastModified", times)
    yield "downloads", _count("downloads")
    yield "downloads_all_time", _count("downloadsAllTime")
    yield "likes", _count("likes")
    yield "trending_score", _number("trendingScore")
    yield "author", pl.col("author")
    yield "gated", _gated(pl.col("gated"))
    yield "disabled", pl.col("disabled")
    yield "task", pl.col("pipeline_tag")
    yield "library", pl.col("library_name")
    yield "sdk", pl.col("sdk")
    yield "parameters", pl.coalesce(_count("safetensors.total"), _count("gguf.total"))
    yield "architecture", _field("gguf.architecture")
    yield "context_length", _count("gguf.context_length")
    yield "datasets", _joined(pl.col("datasets"))
    yield "models", _joined(pl.col("models"))
    yield "tags", _joined(pl.col("tags"))


def _fitting_columns() -> Iterator[tuple[str, pl.Expr]]:
    """Those that differ where values are dropped."""
    yield "created_at", _kept(_time("createdAt", _ANY_TIME), _is_time)
    yield "last_modified", _kept(_time("lastModified", _ANY_TIME), _is_time)
    yield "trending_score", _kept(_number("trendingScore"), pl.Expr.is_finite)
    yield "author", _kept(pl.col("author"), _is_text)
    yield "gated", _gated(_kept(pl.col("gated"), _is_gated))
    yield "task", _kept(pl.col("pipeline_tag"), _is_text)
    yield "library", _kept(pl.col("library_name"), _is_text)
    yield "sdk", _kept(pl.col("sdk"), _is_text)
    total, gguf_total = (_kept(_count(name), _is_count) for name in ("safetensors.total", "gguf.total"))
    yield "parameters", pl.coalesce(total, gguf_total)
    yield "architecture", _kept(_field("gguf.architecture"), _is_text)
    yield "context_length", _kept(_count("gguf.context_length"), _is_count)
    for name in LISTS:
        words = pl.col(name).list.eval(pl.element().filter(~_is_odd_word(pl.element())))
        yield name, _joined(words)


def _rejected() -> Iterator[tuple[str, pl.Expr]]:
    for name in _NAMES:
        text = pl.col(name)
        yield f"{name}: not there", text.is_null()
        length = text.str.len_bytes()
        yield f"{name}: empty, or longer than {LONGEST_NAME} bytes", (length == 0) | (length > LONGEST_NAME)
        yield f"{name}: holds a control character", text.str.contains(r"[\x00-\x1f]")
    for name in _COUNTERS:
        yield f"{name}: {_NOT_A_COUNT}", _lost(name, _count(name)) | ~_is_count(_count(name))


def _dropped() -> Iterator[tuple[str, pl.Expr]]:
    for name in _SIZES:
        yield f"{name}: {_NOT_A_COUNT}", _lost(name, _count(name)) | ~_is_count(_count(name))
    number = _number("trendingScore")
    yield "trendingScore: not a number", _lost("trendingScore", number) | ~number.is_finite()
    for name in _TIMES:
        time = _time(name, _ANY_TIME)
        yield f"{name}: not a time with its offset from UTC", _lost(name, time) | ~_is_time(time)
    for name in _TEXTS:
        text = _field(name)
        yield f"{name}: longer than {_LONGEST_TEXT} bytes", text.str.len_bytes() > _LONGEST_TEXT
        yield f"{name}: holds a NUL", text.str.contains("\0", literal=True)
    odd_gated = ~_is_gated(pl.col("gated")) & _is_text(pl.col("gated"))
    yield "gated: neither true, false nor a word", odd_gated
    for name in LISTS:
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
        yield text.str.len_bytes().is_between(1, LONGEST_NAME).all()
        yield ~text.str.contains(r"[\x00-\x1f]").any()
    for name in (*_COUNTERS, *_SIZES):
        count = pl.col(ROW[_READ_AS[name]]) if name in _READ_AS else _count(name)
        yield _all_kept(name, count)
        yield _is_count(count).all()
    number = pl.col(ROW["trending_score"])
    yield _all_kept("trendingScore", number)
    yield number.is_finite().all()
    for name in _TIMES:
        time = pl.col(ROW[_READ_AS[name]])
        yield _all_kept(name, time)
        yield _is_time(time).all()
    for name in _TEXTS:
        yield (_field(name).str.len_bytes() <= _LONGEST_TEXT).all()
    yield _is_gated(pl.col("gated")).all()
    for name in LISTS:
        words = pl.col(name)
        yield (words.list.eval(pl.element().str.len_bytes()).list.max() <= _LONGEST_WORD).all()
        yield ~words.list.eval(pl.element().is_null()).list.any().any()


def _all_kept(name: str, value: pl.Expr) -> pl.Expr:
    """Whether each text of a field says such a value."""
    return value.null_count() == _field(name).null_count()


def _kept(value: pl.Expr, fits: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    return pl.when(fits(value)).then(value)


def _is_count(count: pl.Expr) -> pl.Expr:
    return count.is_between(0, MOST_COUNT)


def _is_time(time: pl.Expr) -> pl.Expr:
    return time.is_between(_EARLIEST, _LATEST)


def _is_text(text: pl.Expr) -> pl.Expr:
    return (text.str.len_bytes() <= _LONGEST_TEXT) & ~text.str.contains("\0", literal=True)


def _is_gated(text: pl.Expr) -> pl.Expr:
    return text.str.contains(_GATED)


def _is_odd_word(word: pl.Expr) -> pl.Expr:
    return word.is_null() | (word.str.len_bytes() > _LONGEST_WORD) | word.str.contains(rf"[\x00{BETWEEN}]")


def _gated(word: pl.Expr) -> pl.Expr:
    return word.replace({"false": "no", "true": "yes"})


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


def _joined(words: pl.Expr) -> pl.Expr:
    """Each list as one text, null for an empty one."""
    return pl.when(words.list.len() > 0).then(words.list.join(BETWEEN))


USUAL_COLUMNS = dict(_columns(_USUAL_TIME))
COLUMNS = dict(_columns(_ANY_TIME)) | dict(_fitting_columns())
REJECTED, DROPPED = dict(_rejected()), dict(_dropped())
"""By the reason why an item is rejected, or a value dropped, whether it is so."""
ROW = {name: f"row.{name}" for name in COLUMNS}
_READ_AS = {
    "downloads": "downloads", "downloadsAllTime": "downloads_all_time", "likes": "likes",
    "gguf.context_length": "context_length", "createdAt": "created_at", "lastModified": "last_modified",
}  # fmt: skip
"""The columns in which fields stand unmixed."""
ALL_FIT = pl.all_horizontal(*_signs())
"""All are made once: making them anew takes longer than a page does."""
