"""Writes files that survive a crash, and verifies them when they are read.

No other module writes durably. A crash may lose or tear any byte that was not fsynced. It may also lose any new,
changed or removed name whose folder was not fsynced, in any order.

A line with a checksum is `[checksum, content]`. The checksum detects a flipped bit in a cursor, which would mislead a
walk.
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
    """Return JSON content as a line with the CRC-32 of its text."""
    return f"[{_checksum(content)}, {json.dumps(content, ensure_ascii=True)}]\n".encode()


def verify_checksum(line: bytes) -> object:
    """Return the content of a line; raise ValueError if it is torn or differs from what was written."""
    found = json.loads(line)
    if not line.endswith(b"\n") or not isinstance(found, list) or len(found) != 2 or found[0] != _checksum(found[1]):
        raise ValueError("not as it was written")
    return found[1]


def _checksum(content: object) -> int:
    return zlib.crc32(json.dumps(content, ensure_ascii=True).encode())


def checksum_matches(file: Path, checksum: int | None) -> bool:
    """Return whether a file has this CRC-32. Reading the 400 MB of 3 M rows takes seconds."""
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
    """Write or append to a file and fsync it; a new name needs a `sync` of its folder."""
    with path.open(mode) as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())


def sync(path: Path) -> None:
    """Sync the bytes of a file, or the names in a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Create a folder and its missing parents, and sync their names."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for path in reversed(missing):
        sync(path.parent)


def replace_durably(new: Path, target: Path) -> None:
    """Sync a complete file, rename it to `target`, and sync the name."""
    sync(new)
    new.replace(target)
    sync(target.parent)
