"""Read and write `.sha256` files in the format of `sha256sum -c`."""

import os
import re
from pathlib import Path

from db.export.manifest import checksum

_SUM = re.compile(rb"\s*\\?([0-9a-fA-F]{64})\s")
LONGEST = 64 * 1024
"""The maximum number of bytes that are read from a checksum file."""


def sum_file(path: Path) -> Path:
    """Return the path of the checksum file of a backup."""
    return path.with_name(path.name + ".sha256")


def sha256_of(path: Path) -> tuple[str, int]:
    """Return the SHA-256 of a file in hexadecimal, and its length in bytes."""
    with path.open("rb") as file:
        return checksum(file)


def write_sum(path: Path, sha256: str, name: str) -> None:
    """Write the checksum for the final file `name`, which may not be UTF-8."""
    sum_file(path).write_bytes(sha256.encode() + b"  " + os.fsencode(name) + b"\n")


def read_sum(path: Path) -> str | None:
    """Return the checksum from the `.sha256` file, None if missing; raises ValueError."""
    found_at = sum_file(path)
    if not os.path.lexists(found_at):
        return None
    if not found_at.is_file():
        raise ValueError("is not a file")
    try:
        with found_at.open("rb") as file:
            found = _SUM.match(file.read(LONGEST))
    except OSError as error:
        raise ValueError(f"cannot be read ({error.strerror})") from error
    if not found:
        raise ValueError("holds no SHA-256")
    return found[1].decode().lower()
