"""Estimates the pages and the disk space of a crawl from the last complete walks."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from crawler.kinds import Kind, Scope
from db.commit.disk_space import DiskRoom
from db.queries import WalkSize
from hubtrends.progress.eta import Start
from hubtrends.sizes import format_size

SPOOL_BYTES_PER_ROW = 200
"""Estimated bytes of a row in the spool. Real records took 175 for a model, 160 for a dataset, 100 for a space."""

HUB_ITEMS = {Kind.MODEL: 3_200_000, Kind.DATASET: 1_500_000, Kind.SPACE: 1_500_000}
"""Size of the Hub in autumn 2026, the only estimate for a first full walk."""


def expected_pages(kind: Kind, scope: Scope, size: WalkSize | None, page_size: int) -> int | None:
    """Return the expected pages of a walk: from the last full walk's items, or the last head walk's requests."""
    if size is None:
        return None
    full = scope is Scope.FULL and kind.spec.is_repo
    return math.ceil(size.items / page_size) if full else size.requests


def expected_rows(starts: Sequence[Start], scope: Scope, sizes: Mapping[Kind, WalkSize]) -> int:
    """Return the expected number of rows that are not on disk yet; zero for a first head walk."""
    first = HUB_ITEMS if scope is Scope.FULL else {}
    totals = {start: sizes[start.kind].items if start.kind in sizes else first.get(start.kind, 0) for start in starts}
    return sum(max(items - start.records, 0) for start, items in totals.items())


def disk_warning(database: Path, rows: int, room: DiskRoom) -> str | None:
    """Return a warning if the disk lacks space for the rows and the commit after them."""
    pages = rows * SPOOL_BYTES_PER_ROW
    need = pages + room.need
    if need <= room.free:
        return None
    return (
        f"the disk is short: this crawl needs about {format_size(need)} next to {database}"
        f" ({format_size(pages)} for its pages, {format_size(room.need)} for the commit)"
        f" and {format_size(room.free)} are free: make room before it ends"
    )
