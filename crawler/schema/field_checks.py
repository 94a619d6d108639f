"""Defines how each type of repository field is read from a page, and which of its values are invalid.

Every type is a set of polars expressions over the raw text of a field:

    value      the column for a page whose values are all valid
    kept       the column for any page: an invalid value is null, and invalid words are removed from their list
    invalid    by reason, the items in which the value is invalid
    all_fit    the same as `invalid` in a few aggregates, for plain pages (`is_plain` in `column_reader`)

`invalid` and `all_fit` must agree; tests/crawler/schema compares them on generated pages.
"""

from collections.abc import Iterator

import polars as pl

from crawler.schema.value_types import (
    BETWEEN,
    EARLIEST,
    LATEST,
    LONGEST_NAME,
    LONGEST_TEXT,
    LONGEST_WORD,
    MAX_COUNT,
    TEXTS,
    TIME,
)

HUB_TIME = "%Y-%m-%dT%H:%M:%S.%3fZ"
"""The Hub's time format. Polars parses a given format in a third of the time that it takes to infer one."""

ANY_TIME = "%+"


class FieldType:
    """A text without checks; the base of all other types."""

    raw: pl.DataType = pl.String()
    """The type in which the page parser reads it; a number is read as its JSON text."""
    column: pl.DataType = pl.String()
    """The type in which it is stored."""
    decides = False
    """Whether an invalid value rejects the item instead of being dropped."""
    measured = False
    """Whether every snapshot stores it as an observation; else it is an attribute."""

    def value(self, raw: pl.Expr, *, time_format: str = HUB_TIME) -> pl.Expr:
        return raw

    def kept(self, raw: pl.Expr) -> pl.Expr:
        return self.value(raw, time_format=ANY_TIME)

    def invalid(self, raw: pl.Expr) -> Iterator[tuple[str, pl.Expr]]:
        yield from ()

    def all_fit(self, raw: pl.Expr, value: pl.Expr) -> Iterator[pl.Expr]:
        yield from ()


class Id(FieldType):
    """A name or id: short, printable, never missing."""

    decides = True

    def invalid(self, raw: pl.Expr) -> Iterator[tuple[str, pl.Expr]]:
        length = raw.str.len_bytes()
        yield "not there", raw.is_null()
        yield f"empty, or longer than {LONGEST_NAME} bytes", (length == 0) | (length > LONGEST_NAME)
        yield "holds a control character", raw.str.contains(r"[\x00-\x1f]")

    def all_fit(self, raw: pl.Expr, value: pl.Expr) -> Iterator[pl.Expr]:
        yield raw.null_count() == 0
        yield raw.str.len_bytes().is_between(1, LONGEST_NAME).all()
        yield ~raw.str.contains(r"[\x00-\x1f]").any()


class Size(FieldType):
    """A whole number that describes an entity."""

    column = pl.Int64()

    def value(self, raw: pl.Expr, *, time_format: str = HUB_TIME) -> pl.Expr:
        return raw.cast(pl.Int64, strict=False)

    def kept(self, raw: pl.Expr) -> pl.Expr:
        count = self.value(raw)
        return pl.when(count.is_between(0, MAX_COUNT)).then(count)

    def invalid(self, raw: pl.Expr) -> Iterator[tuple[str, pl.Expr]]:
        count = self.value(raw)
        yield f"not a whole number from 0 to {MAX_COUNT:,}", _lost(raw, count) | ~count.is_between(0, MAX_COUNT)

    def all_fit(self, raw: pl.Expr, value: pl.Expr) -> Iterator[pl.Expr]:
        yield value.null_count() == raw.null_count()
        yield value.is_between(0, MAX_COUNT).all()


class MeasuredSize(Size):
    """A whole number that changes with time and that an item may lack."""

    measured = True


class Counter(Size):
    """A whole number that every snapshot measures."""

    decides = measured = True


class Number(FieldType):
    """A measured number that may be negative or a fraction."""

    column = pl.Float64()
    measured = True

    def value(self, raw: pl.Expr, *, time_format: str = HUB_TIME) -> pl.Expr:
        return raw.cast(pl.Float64, strict=False)

    def kept(self, raw: pl.Expr) -> pl.Expr:
        number = self.value(raw)
        return pl.when(number.is_finite()).then(number)

    def invalid(self, raw: pl.Expr) -> Iterator[tuple[str, pl.Expr]]:
        number = self.value(raw)
        yield "not a number", _lost(raw, number) | ~number.is_finite()

    def all_fit(self, raw: pl.Expr, value: pl.Expr) -> Iterator[pl.Expr]:
        yield value.null_count() == raw.null_count()
        yield value.is_finite().all()


class Timestamp(FieldType):
    """A time with its offset from UTC."""

    column = TIME

    def value(self, raw: pl.Expr, *, time_format: str = HUB_TIME) -> pl.Expr:
        return raw.str.to_datetime(time_format, time_unit="us", time_zone="UTC", strict=False)

    def kept(self, raw: pl.Expr) -> pl.Expr:
        time = self.value(raw, time_format=ANY_TIME)
        return pl.when(time.is_between(EARLIEST, LATEST)).then(time)

    def invalid(self, raw: pl.Expr) -> Iterator[tuple[str, pl.Expr]]:
        time = self.value(raw, time_format=ANY_TIME)
        yield "not a time with its offset from UTC", _lost(raw, time) | ~time.is_between(EARLIEST, LATEST)

    def all_fit(self, raw: pl.Expr, value: pl.Expr) -> Iterator[pl.Expr]:
        yield value.null_count() == raw.null_count()
        yield value.is_between(EARLIEST, LATEST).all()


class LongText(FieldType):
    """A text of limited length."""

    def kept(self, raw: pl.Expr) -> pl.Expr:
        return pl.when(_is_text(raw)).then(raw)

    def invalid(self, raw: pl.Expr) -> Iterator[tuple[str, pl.Expr]]:
        yield f"longer than {LONGEST_TEXT} bytes", raw.str.len_bytes() > LONGEST_TEXT
        yield "holds a NUL", raw.str.contains("\0", literal=True)

    def all_fit(self, raw: pl.Expr, value: pl.Expr) -> Iterator[pl.Expr]:
        yield (raw.str.len_bytes() <= LONGEST_TEXT).all()


class Gated(LongText):
    """Whether access is gated: false, true, or a word for the type of approval, which may be new."""

    word = r"^[a-z][a-z_-]{0,39}$"

    def value(self, raw: pl.Expr, *, time_format: str = HUB_TIME) -> pl.Expr:
        return raw.replace({"false": "no", "true": "yes"})

    def kept(self, raw: pl.Expr) -> pl.Expr:
        return self.value(pl.when(raw.str.contains(self.word)).then(raw))

    def invalid(self, raw: pl.Expr) -> Iterator[tuple[str, pl.Expr]]:
        yield from super().invalid(raw)
        yield "neither true, false nor a word", ~raw.str.contains(self.word) & _is_text(raw)

    def all_fit(self, raw: pl.Expr, value: pl.Expr) -> Iterator[pl.Expr]:
        yield raw.str.contains(self.word).all()


class Flag(FieldType):
    """True or false; the page parser refuses anything else."""

    raw = column = pl.Boolean()


class Words(FieldType):
    """A list of words."""

    raw = column = TEXTS

    def value(self, raw: pl.Expr, *, time_format: str = HUB_TIME) -> pl.Expr:
        return pl.when(raw.list.len() > 0).then(raw.list.join(BETWEEN))

    def kept(self, raw: pl.Expr) -> pl.Expr:
        word = pl.element()
        invalid = word.is_null() | (word.str.len_bytes() > LONGEST_WORD) | word.str.contains(rf"[\x00{BETWEEN}]")
        return self.value(raw.list.eval(word.filter(~invalid)))

    def invalid(self, raw: pl.Expr) -> Iterator[tuple[str, pl.Expr]]:
        yield "null among its words", raw.list.eval(pl.element().is_null()).list.any()
        longest = raw.list.eval(pl.element().str.len_bytes()).list.max()
        yield f"a word longer than {LONGEST_WORD} bytes", longest > LONGEST_WORD
        invalid = pl.element().str.contains(rf"[\x00{BETWEEN}]")
        yield "a word holds NUL or the unit separator", raw.list.eval(invalid).list.any()

    def all_fit(self, raw: pl.Expr, value: pl.Expr) -> Iterator[pl.Expr]:
        yield (raw.list.eval(pl.element().str.len_bytes()).list.max() <= LONGEST_WORD).all()
        yield ~raw.list.eval(pl.element().is_null()).list.any().any()


class Ids(FieldType):
    """The Hub ids of a list of objects; an object without a proper one is left out."""

    raw = pl.List(pl.Struct({"_id": pl.String()}))
    column = TEXTS

    def value(self, raw: pl.Expr, *, time_format: str = HUB_TIME) -> pl.Expr:
        ids = raw.list.eval(pl.element().struct.field("_id"))
        return pl.when(ids.list.len() > 0).then(ids.list.join(BETWEEN))

    def kept(self, raw: pl.Expr) -> pl.Expr:
        ids = raw.list.eval(pl.element().struct.field("_id").filter(~_is_odd_id()))
        return pl.when(ids.list.len() > 0).then(ids.list.join(BETWEEN))

    def invalid(self, raw: pl.Expr) -> Iterator[tuple[str, pl.Expr]]:
        yield "an object without a Hub id", raw.list.eval(_is_odd_id()).list.any()

    def all_fit(self, raw: pl.Expr, value: pl.Expr) -> Iterator[pl.Expr]:
        yield ~raw.list.eval(_is_odd_id()).list.any().any()


def _is_odd_id() -> pl.Expr:
    """Return whether the `_id` of an element is missing or no id of the Hub."""
    return ~pl.element().struct.field("_id").str.contains(r"^[0-9a-f]{24}$").fill_null(value=False)


def _lost(raw: pl.Expr, value: pl.Expr) -> pl.Expr:
    """Return whether a text is present but has no value of the type."""
    return raw.is_not_null() & value.is_null()


def _is_text(text: pl.Expr) -> pl.Expr:
    return (text.str.len_bytes() <= LONGEST_TEXT) & ~text.str.contains("\0", literal=True)
