"""Check whether DuckDB can read a log to its end.

DuckDB skips the rest of a log after a torn write, and a whole log with an unknown header, without a message. A log is a
header, then entries of a size, a checksum and data; the last entry ends a transaction or a checkpoint. A checksum that
does not match needs no check here: DuckDB refuses to open the database.
"""

import struct
from pathlib import Path
from typing import BinaryIO

_HEADER_START = b"d\x00b"
_HEADER_END = b"\xff\xff"
_LONGEST_HEADER = 100
_ENTRY = struct.Struct("<QQ")
_LAST_ENTRIES = (b"d\x00d", b"d\x00c")
"""The end of a transaction, and a checkpoint."""


def is_readable_log(path: Path) -> bool:
    """Return whether a log is missing, empty or readable to its end."""
    if not path.is_file():
        return not path.exists()
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(_LONGEST_HEADER)
        if not head:
            return True
        ends = [end for end in range(2, len(head) + 1) if head[end - 2 : end] == _HEADER_END]
        return head.startswith(_HEADER_START) and (ends[:1] == [size] or any(_fills(file, end, size) for end in ends))


def _fills(file: BinaryIO, start: int, size: int) -> bool:
    """Return whether whole entries reach from `start` to the end of the file."""
    last = b""
    while start < size:
        file.seek(start)
        entry = file.read(_ENTRY.size + 3)
        if len(entry) < _ENTRY.size + 3:
            return False
        start += _ENTRY.size + _ENTRY.unpack_from(entry)[0]
        last = entry[_ENTRY.size :]
    return start == size and last in _LAST_ENTRIES
