"""Brings a text file of an archive into a form that DuckDB reads: UTF-8, and rows that do not lie within another value.

    UTF-8, UTF-16 or UTF-32 with a byte order mark   rewritten as UTF-8 without one
    {"fetched_at": …, "models": [{…}, {…}]}          the rows of one list, a line each; what stands outside is kept

Other files are read as they lie. What is rewritten stands in a temporary file for as long as it is read. A row keeps
the text that it has in the file, and only one row at a time is in memory.
"""

import codecs
import contextlib
import gzip
import io
import json
import shutil
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, BinaryIO, cast

from db.importing.errors import NoRowsError, UndecodableError

MOST_CHARACTERS = 16_000_000
"""Of one row, or of one value outside of the rows."""

_BLOCK = 1_000_000
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
"""The marks of UTF-32 begin like those of UTF-16, so they are tried first."""


@dataclass(frozen=True, slots=True)
class Readable:
    """A file that DuckDB can read, and what a wrapped file says outside of its rows, by path."""

    path: Path
    outside: Mapping[str, str] = field(default_factory=dict)


@contextlib.contextmanager
def readable(path: Path, rows: str | None) -> Iterator[Readable]:
    """Give a readable form of a text file; `rows` is the path of the list that holds the rows.

    Raises UndecodableError, and NoRowsError where `rows` leads to no list.
    """
    encoding = _encoding(path)
    if rows is None and encoding == "utf-8":
        yield Readable(path)
        return
    with NamedTemporaryFile("w", suffix=".jsonl" if rows else path.with_suffix("").suffix, encoding="utf-8") as target:
        outside: dict[str, str] = {}
        with _understood(path), decoded(path) as source:
            if rows is None:
                shutil.copyfileobj(source, target, _BLOCK)
            else:
                outside = _unwrap(path, source, target, rows)
        target.flush()
        yield Readable(Path(target.name), outside)


@contextlib.contextmanager
def decoded(path: Path) -> Iterator[IO[str]]:
    """Open a text file, packed or not, without its byte order mark; the ends of lines stay as they are."""
    encoding = _encoding(path)
    with _opened(path) as binary, io.TextIOWrapper(binary, encoding, newline="") as source:
        yield source


def _opened(path: Path) -> BinaryIO:
    return cast("BinaryIO", gzip.open(path)) if path.suffix.lower() == ".gz" else path.open("rb")


def _encoding(path: Path) -> str:
    with _understood(path), _opened(path) as file:
        start = file.read(4)
    return next((encoding for mark, encoding in _MARKS if start.startswith(mark)), "utf-8")


@contextlib.contextmanager
def _understood(path: Path) -> Iterator[None]:
    try:
        yield
    except (UnicodeError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UndecodableError(path, str(error)) from error
    except RecursionError as error:
        raise UndecodableError(path, "its values are nested too deeply") from error
    except json.JSONDecodeError as error:
        raise UndecodableError(path, f"it is not JSON: {error.msg}") from error


def _unwrap(path: Path, source: IO[str], target: IO[str], rows: str) -> dict[str, str]:
    """Write each row of the list at `rows` as a line; return the values outside of lists, by path."""
    outside: dict[str, str] = {}
    found = False
    scanner = _Scanner(path, source)
    for place, value in scanner.values(""):
        if place == f"{rows}[" and not found:
            found = True
        elif place == f"{rows}[]":
            target.write(value.replace("\n", " ").replace("\r", " ") + "\n")
        elif place in outside or place == f"{rows}[":
            raise UndecodableError(path, f"the key '{place.rstrip('[')}' stands twice")
        elif not place.endswith(("[", "[]")):
            outside[place] = value
    if scanner.has_more():
        raise UndecodableError(path, "with --rows it must be one JSON value, and more follows")
    if not found:
        raise NoRowsError(path, rows)
    return outside


class _Scanner:
    """Reads a JSON text value by value: (path, text) of each value outside of lists, and of each item of a list.

    The path of a list's beginning ends in "[", that of its items in "[]".
    """

    def __init__(self, path: Path, source: IO[str]) -> None:
        self.path, self.source = path, source
        self.text, self.at, self.ended = "", 0, False
        self.decoder = json.JSONDecoder()

    def has_more(self) -> bool:
        """Whether anything but space follows."""
        while not self.ended and not self.text[self.at :].strip():
            self._read_on()
        return bool(self.text[self.at :].strip())

    def values(self, place: str) -> Iterator[tuple[str, str]]:
        match self._next():
            case "{":
                yield from self._members(place)
            case "[":
                yield f"{place}[", ""
                yield from ((f"{place}[]", item) for item in self._items())
            case _:
                yield place, self._value()[1]

    def _members(self, place: str) -> Iterator[tuple[str, str]]:
        self.at += 1
        while self._next() != "}":
            key, _ = self._value()
            self._skip(":")
            yield from self.values(f"{place}.{key}" if place else str(key))
            if self._next() != "}":
                self._skip(",")
        self.at += 1

    def _items(self) -> Iterator[str]:
        self.at += 1
        while self._next() != "]":
            yield self._value()[1]
            if self._next() != "]":
                self._skip(",")
        self.at += 1

    def _value(self) -> tuple[object, str]:
        """The value that begins here, and its text; more is read until it is whole."""
        self._next()
        while True:
            try:
                value, end = self.decoder.raw_decode(self.text, self.at)
            except json.JSONDecodeError:
                if self.ended:
                    raise
            else:
                if end < len(self.text) or self.ended:
                    begin, self.at = self.at, end
                    return value, self.text[begin:end]
            if len(self.text) - self.at > MOST_CHARACTERS:
                raise UndecodableError(
                    self.path, f"a value is longer than {MOST_CHARACTERS:,} characters, or is not JSON"
                )
            self._read_on()

    def _next(self) -> str:
        """The next character that is no space."""
        while True:
            while self.at < len(self.text) and self.text[self.at] in " \t\r\n":
                self.at += 1
            if self.at < len(self.text):
                return self.text[self.at]
            if self.ended:
                raise UndecodableError(self.path, "it ends too early")
            self._read_on()

    def _skip(self, wanted: str) -> None:
        if self._next() != wanted:
            raise UndecodableError(self.path, f"it is not JSON: '{wanted}' was expected, not {self.text[self.at]!r}")
        self.at += 1

    def _read_on(self) -> None:
        """Read more: as much as there is, so that a long value is decoded few times."""
        block = self.source.read(max(_BLOCK, len(self.text) - self.at))
        self.text, self.at, self.ended = self.text[self.at :] + block, 0, not block
