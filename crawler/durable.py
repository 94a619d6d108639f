"""Writes files that must survive a crash, with checksums that detect damage.

A line with a checksum is `[checksum, content]`: a flipped bit in a cursor would lead a walk astray in silence.
"""

import contextlib
import errno
import json
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from crawler.errors import SpoolFullError


def with_checksum(content: object) -> bytes:
    """Return a JSON value as a line with the CRC-32 of its text."""
    return f"[{_checksum(content)}, {_text(content)}]\n".encode()


def verify_checksum(line: bytes) -> object:
    """Return the content of a line. Raises ValueError for a truncated or damaged line."""
    found = json.loads(line)
    if not line.endswith(b"\n") or not isinstance(found, list) or len(found) != 2 or found[0] != _checksum(found[1]):
        raise ValueError("not as it was written")
    return found[1]


def _checksum(content: object) -> int:
    return zlib.crc32(_text(content).encode())


def _text(content: object) -> str:
    return json.dumps(content, ensure_ascii=True)


def checksum_matches(file: Path, checksum: int | None) -> bool:
    """Return whether a file has this CRC-32; the 400 MB of 3 M rows take seconds."""
    try:
        return checksum == zlib.crc32(file.read_bytes())
    except OSError:
        return False


@contextlib.contextmanager
def raise_if_disk_full(folder: Path) -> Iterator[None]:
    """Raise SpoolFullError for a full disk or quota."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise SpoolFullError(folder) from error
        raise


def write_durably(path: Path, body: bytes, mode: Literal["wb", "ab"] = "wb") -> None:
    """Write or append to a file and sync it."""
    with path.open(mode) as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())


def sync(path: Path) -> None:
    """Sync a file, or the names in a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
