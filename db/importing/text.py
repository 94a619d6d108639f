"""Converts a text file to a form that DuckDB reads: UTF-8, with rows at the top level.

    UTF-8, UTF-16 or UTF-32 with a byte order mark   rewritten as UTF-8 without the mark
    {"fetched_at": …, "models": [{…}, {…}]}          one line per row of the list; values outside of the rows are kept
    JSON with invalid UTF-8 or half a surrogate pair BROKEN in its place, since DuckDB refuses the whole file

Other files are read directly. The converted file is a temporary file that exists only while it is read. A row keeps its
text, and only one row at a time is in memory.
"""

import codecs
import contextlib
import gzip
import io
import json
import re
import shutil
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, BinaryIO, cast

from db.importing.errors import NoRowsError, UndecodableError

MAX_CHARACTERS = 16_000_000
"""Maximum characters of one row, or of one value outside of the rows."""

BLOCK = 1_000_000
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
"""Byte order marks and their encodings. Those of UTF-32 come first, because they begin like those of UTF-16."""


BROKEN = "\\uFFFF"
"""A character that no text uses; the row that has it is rejected."""

_ESCAPE = re.compile(
    r"\\(?:(?P<pair>u[dD][89abAB]..\\u[dD][c-fC-F]..)|(?P<half>u[dD][89a-fA-F]..)|.)|(?P<byte>[\udc80-\udcff])",
    re.DOTALL,
)
_LONGEST_ESCAPE = 12


@dataclass(frozen=True, slots=True)
class ReadableFile:
    """A file that DuckDB can read, and the values outside of the rows by path."""

    path: Path
    outside: Mapping[str, str] = field(default_factory=dict)


@contextlib.contextmanager
def open_readable(path: Path, rows: str | None, block: int = BLOCK) -> Iterator[ReadableFile]:
    """Open a text file for DuckDB; `rows` is the path of the list of rows.

    Raises UndecodableError, and NoRowsError if `rows` is not the path of a list.
    """
    encoding = _encoding(path)
    if rows is None and encoding == "utf-8":
        yield ReadableFile(path)
        return
    with NamedTemporaryFile("w", suffix=".jsonl" if rows else path.with_suffix("").suffix, encoding="utf-8") as target:
        outside: dict[str, str] = {}
        with _decoding_errors(path), open_decoded(path) as source:
            if rows is None:
                shutil.copyfileobj(source, target, block)
            else:
                outside = _unwrap(path, source, target, rows, block)
        target.flush()
        yield ReadableFile(Path(target.name), outside)


@contextlib.contextmanager
def open_with_broken_marked(path: Path, file: ReadableFile, block: int = BLOCK) -> Iterator[ReadableFile]:
    """Open a JSON file with BROKEN in place of invalid UTF-8 and half surrogate pairs. Raises UndecodableError."""
    with NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as target:
        with _decoding_errors(path), open_decoded(file.path, "surrogateescape") as source:
            _mark_broken(source, target, block)
        target.flush()
        yield ReadableFile(Path(target.name), file.outside)


def _mark_broken(source: IO[str], target: IO[str], block: int) -> None:
    text, ended = "", False
    while not ended:
        more = source.read(block)
        text, ended, written = text + more, not more, 0
        for escape in _ESCAPE.finditer(text):
            if escape.start() + _LONGEST_ESCAPE > len(text) and not ended:
                break
            target.write(text[written : escape.start()] + (BROKEN if escape["half"] or escape["byte"] else escape[0]))
            written = escape.end()
        else:
            whole = len(text) - (not ended and text.endswith("\\", written))
            target.write(text[written:whole])
            written = whole
        text = text[written:]


@contextlib.contextmanager
def open_decoded(path: Path, errors: str = "strict") -> Iterator[IO[str]]:
    """Open a text file, compressed or not, without its byte order mark.

    Line ends stay unchanged; `errors` as in `open`.
    """
    encoding = _encoding(path)
    with _opened(path) as binary, io.TextIOWrapper(binary, encoding, errors, newline="") as source:
        yield source


def _opened(path: Path) -> BinaryIO:
    return cast("BinaryIO", gzip.open(path)) if path.suffix.lower() == ".gz" else path.open("rb")


def _encoding(path: Path) -> str:
    with _decoding_errors(path), _opened(path) as file:
        start = file.read(4)
    return next((encoding for mark, encoding in _MARKS if start.startswith(mark)), "utf-8")


@contextlib.contextmanager
def _decoding_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except (UnicodeError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UndecodableError(path, str(error)) from error
    except RecursionError as error:
        raise UndecodableError(path, "its values are nested too deeply") from error
    except json.JSONDecodeError as error:
        raise UndecodableError(path, f"it is not JSON: {error.msg}") from error


def _unwrap(path: Path, source: IO[str], target: IO[str], rows: str, block: int) -> dict[str, str]:
    """Write each row of the list at `rows` as a line; return the values outside of lists by path."""
    outside: dict[str, str] = {}
    found = False
    scanner = _Scanner(path, source, block)
    for place, value in scanner.values(""):
        if place == f"{rows}[" and not found:
            found = True
        elif place == f"{rows}[]":
            target.write(value.replace("\n", " ").replace("\r", " ") + "\n")
        elif place in outside or place == f"{rows}[":
            raise UndecodableError(path, f"the key '{place.rstrip('[')}' is duplicate")
        elif not place.endswith(("[", "[]")):
            outside[place] = value
    if scanner.has_more():
        raise UndecodableError(path, "with --rows it must be one JSON value, but more follows")
    if not found:
        raise NoRowsError(path, rows)
    return outside


class _Scanner:
    """Reads a JSON text value by value; yields path and text of values outside of lists and of list items.

    The path of the start of a list ends in "[", the path of an item in "[]".
    """

    def __init__(self, path: Path, source: IO[str], block: int) -> None:
        self.path, self.source, self.block = path, source, block
        self.text, self.at, self.ended = "", 0, False
        self.decoder = json.JSONDecoder()

    def has_more(self) -> bool:
        """Return whether more than white space follows."""
        while not self.ended and not self.text[self.at :].strip():
            self._read_on()
        return bool(self.text[self.at :].strip())

    def values(self, place: str) -> Iterator[tuple[str, str]]:
        """Yield the values below a path."""
        match self._next():
            case "{":
                yield from self._members(place)
            case "[":
                yield f"{place}[", ""
                self.at += 1
                while self._next() != "]":
                    yield f"{place}[]", self._value()[1]
                    if self._next() != "]":
                        self._skip(",")
                self.at += 1
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

    def _value(self) -> tuple[object, str]:
        """Return the next value and its text; read on until the value is complete."""
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
            if len(self.text) - self.at > MAX_CHARACTERS:
                raise UndecodableError(
                    self.path, f"a value is longer than {MAX_CHARACTERS:,} characters, or is not JSON"
                )
            self._read_on()

    def _next(self) -> str:
        """Return the next character that is not white space."""
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
        """Read at least as much as is left, so that a long value is decoded few times."""
        more = self.source.read(max(self.block, len(self.text) - self.at))
        self.text, self.at, self.ended = self.text[self.at :] + more, 0, not more
