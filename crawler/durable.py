"""Writes what must outlast a crash, and tells whether what is read is what was written.

A sealed text is one line, `[checksum, told]`: a bit that the disk has turned in a cursor would lead a walk astray in
silence.
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


def with_checksum(told: object) -> bytes:
    """What can be told in JSON, as a line with the CRC-32 of its text."""
    return f"[{_checksum(told)}, {_text(told)}]\n".encode()


def verify_checksum(line: bytes) -> object:
    """What a line tells. Raises ValueError for one that is not whole, or not as it was written."""
    found = json.loads(line)
    if not line.endswith(b"\n") or not isinstance(found, list) or len(found) != 2 or found[0] != _checksum(found[1]):
        raise ValueError("not as it was written")
    return found[1]


def _checksum(told: object) -> int:
    return zlib.crc32(_text(told).encode())


def _text(told: object) -> str:
    return json.dumps(told, ensure_ascii=True)


def checksum_matches(file: Path, checksum: int | None) -> bool:
    """Whether a file has this CRC-32; the 400 MB of 3 M rows are read within seconds."""
    try:
        return checksum == zlib.crc32(file.read_bytes())
    except OSError:
        return False


@contextlib.contextmanager
def within_room(folder: Path) -> Iterator[None]:
    """Raise SpoolFullError for a disk, or a quota, that is full."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise SpoolFullError(folder) from error
        raise


def write_durably(path: Path, body: bytes, mode: Literal["wb", "ab"] = "wb") -> None:
    """Write a file, or add to it; it is on the disk when this returns."""
    with path.open(mode) as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())


def sync(path: Path) -> None:
    """Put a file's bytes, or a folder's names, on the disk before it returns."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
