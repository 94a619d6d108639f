"""Check and read files that a user names."""

import os
import stat
from pathlib import Path

from hubtrends.errors import NotAFileError, NotTextError


def read_small_text(path: Path, most: int, *, errors: str = "strict") -> str:
    """Return the text of a file of at most `most` bytes, without its byte order mark.

    Raises NotTextError or OSError. A FIFO or a device is refused because reading it may never end.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except ValueError as error:  # a NUL in the path
        raise NotTextError(str(error)) from error
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise NotTextError("is not a regular file")
        data = file.read(most + 1)
    if len(data) > most:
        raise NotTextError(f"is larger than {most / 2**20:g} MiB, the limit")
    try:
        return data.decode("utf-8-sig", errors)
    except UnicodeDecodeError as error:
        raise NotTextError(f"is not UTF-8 text: byte {error.object[error.start]:#04x} at {error.start:,}") from error


def check_database(path: Path) -> Path:
    """Return the path if a database can be there; raises NotAFileError or OSError.

    Opening a FIFO would block, and DuckDB rejects a path that is not UTF-8.
    """
    if not is_utf8(str(path)):
        raise NotAFileError(path, "not UTF-8")
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return path
    if not stat.S_ISREG(mode):
        raise NotAFileError(path, "a folder" if stat.S_ISDIR(mode) else "a device, a FIFO or a socket")
    return path


def is_utf8(text: str) -> bool:
    """Return whether a path or argument from the system was valid UTF-8."""
    return not any("\ud800" <= character <= "\udfff" for character in text)
