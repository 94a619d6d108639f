"""The SHA-256 of a file, and the `.sha256` beside it in the form that `sha256sum -c` reads."""

import os
import re
from pathlib import Path

from db.export.manifest import checksum

_SUM = re.compile(rb"\s*\\?([0-9a-fA-F]{64})\s")
LONGEST = 64 * 1024
"""A file of sums is short; more of it is not read."""


def sum_file(path: Path) -> Path:
    """Name the file beside a backup that holds its SHA-256."""
    return path.with_name(path.name + ".sha256")


def sha256_of(path: Path) -> tuple[str, int]:
    """Return the SHA-256 of a file in hexadecimal, and its length in bytes."""
    with path.open("rb") as file:
        return checksum(file)


def write_sum(path: Path, sha256: str, name: str) -> None:
    """Write the sum of the file that will be called `name`; a name is bytes, not always UTF-8."""
    sum_file(path).write_bytes(sha256.encode() + b"  " + os.fsencode(name) + b"\n")


def read_sum(path: Path) -> str | None:
    """Return the sum that lies beside a file, None where there is none; raises ValueError, with the reason."""
    beside = sum_file(path)
    if not os.path.lexists(beside):
        return None
    if not beside.is_file():
        raise ValueError("is not a file")
    try:
        with beside.open("rb") as file:
            found = _SUM.match(file.read(LONGEST))
    except OSError as error:
        raise ValueError(f"cannot be read ({error.strerror})") from error
    if not found:
        raise ValueError("holds no SHA-256")
    return found[1].decode().lower()
