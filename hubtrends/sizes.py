"""Parse amounts of memory: 500MB, 2GB, 1.5GiB."""

import re

from hubtrends.errors import SizeError

MEMORY = "2GB"
"""Default memory limit of a query. A ranking of the whole Hub over a year takes a quarter of it."""

MIN_BYTES, MAX_BYTES = 50 * 10**6, 10**15
"""The limits of --memory; below the minimum, DuckDB cannot open a database."""

UNITS = {"MB": 10**6, "GB": 10**9, "TB": 10**12, "MIB": 2**20, "GIB": 2**30, "TIB": 2**40}


def parse_size(text: str) -> int:
    """Parse an amount such as 500MB; return bytes."""
    found = re.fullmatch(r"(\d{1,12}(?:\.\d{1,6})?) ?([MGT]i?B)", text.strip(), re.IGNORECASE | re.ASCII)
    size = int(float(found[1]) * UNITS[found[2].upper()]) if found else 0
    if not MIN_BYTES <= size <= MAX_BYTES:
        raise SizeError(f"'{text}' is not an amount of memory of 50MB or more: write it like 500MB, 2GB or 1.5GiB")
    return size


def format_size(size: int) -> str:
    """Return a number of bytes in megabytes, from one gigabyte on in gigabytes."""
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:,.0f} MB"
