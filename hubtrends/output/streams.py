"""Prepares stdout and stderr for any text in any encoding, with one error for lost output.

`prepare_streams` replaces both at the start of the process. A character that the encoding lacks becomes a \\uXXXX
escape, which JSON reads as the same character. Results that cannot be written raise OutputError. Messages that cannot
be written are dropped: no command should fail because nobody reads them.
"""

import codecs
import errno
import io
import os
import sys
from typing import TYPE_CHECKING, TextIO

from hubtrends.errors import OutputError
from reports.text.sparkline import BLOCKS

if TYPE_CHECKING:
    from typing_extensions import Buffer

ASCII_BLOCKS = str.maketrans(BLOCKS, "_.,-~=+#")
"""Replacements for the block characters of sparklines, for a terminal without them."""

ESCAPE = "hubtrends.escape"


class _Results(io.FileIO):
    """stdout as bytes; raises OutputError once and then drops the rest of its buffer."""

    _lost = False

    def write(self, data: "Buffer", /) -> int:
        if self._lost:
            return memoryview(data).nbytes
        try:
            return self._write(data)
        except OSError as error:
            self._lost = True
            raise OutputError(error.errno) from error

    def _write(self, data: "Buffer") -> int:
        return super().write(data)


class _Closed(_Results):
    """stdout that was closed before the program began."""

    def _write(self, data: "Buffer") -> int:
        raise OSError(errno.EBADF, "closed")


class _Messages(io.FileIO):
    """stderr as bytes; drops text that cannot be written."""

    def write(self, data: "Buffer", /) -> int:
        try:
            return super().write(data)
        except OSError:
            return memoryview(data).nbytes


def prepare_streams() -> None:
    """Make stdout and stderr accept any text, and occupy closed descriptors.

    A file opened later would get the number of a closed one and receive the output.
    """
    codecs.register_error(ESCAPE, _escaped)
    closed = [descriptor for descriptor in (0, 1, 2) if _occupy(descriptor)]
    answers = _Closed if 1 in closed else _Results
    sys.stdout = _text(answers(1, "w", closefd=False), sys.stdout)
    sys.stderr = _text(_Messages(2, "w", closefd=False), sys.stderr)


def _occupy(descriptor: int) -> bool:
    """Open the null device as this descriptor if it is closed; lower descriptors must be open."""
    try:
        os.fstat(descriptor)
    except OSError:
        os.open(os.devnull, os.O_RDWR)
        return True
    return False


def _text(raw: io.FileIO, like: TextIO | None) -> TextIO:
    encoding = like.encoding if like is not None else "utf-8"
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding, ESCAPE, newline="\n", line_buffering=True)


def _escaped(error: UnicodeError) -> tuple[str, int]:
    """Return \\uXXXX for a character that cannot be encoded, twice beyond U+FFFF, as in JSON."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2)), error.end


def emit(text: str) -> None:
    """Write text to stdout and flush; raises OutputError after `prepare_streams`."""
    sys.stdout.write(text)
    sys.stdout.flush()


def drawn(text: str) -> str:
    """Return text with its sparklines in ASCII if stdout cannot encode block characters."""
    try:
        BLOCKS.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return text.translate(ASCII_BLOCKS)
    return text


def printable(line: str) -> str:
    """Return the line without escape, control and bidirectional characters: Hub text may be in it."""
    return "".join(character if character.isprintable() else "�" for character in line)
