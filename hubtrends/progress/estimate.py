"""What a crawl will take, foretold from the newest whole walks: pages for its progress, and room on the disk."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from crawler.kinds import Kind, Scope
from db.commit.disk_space import DiskRoom
from db.queries import WalkSize
from hubtrends.progress.eta import Start
from hubtrends.sizes import format_size

SPOOL_BYTES_A_ROW = 200
"""On disk until the commit; measured on real records: 175 for a model, 160 for a dataset, 100 for a space."""

HUB_ITEMS = {Kind.MODEL: 3_200_000, Kind.DATASET: 1_500_000, Kind.SPACE: 1_500_000}
"""What the Hub held in the autumn of 2026: for its disk a first full walk has nothing better to go by."""


def expected_pages(kind: Kind, scope: Scope, size: WalkSize | None, page_size: int) -> int | None:
    """How many pages a walk takes: in a full one what was there, page by page, else the requests of the last."""
    if size is None:
        return None
    full = scope is Scope.FULL and kind.spec.is_repo
    return math.ceil(size.items / page_size) if full else size.requests


def expected_rows(starts: Sequence[Start], scope: Scope, sizes: Mapping[Kind, WalkSize]) -> int:
    """How many rows have still to come; a first walk of the head is too small to count."""
    first = HUB_ITEMS if scope is Scope.FULL else {}
    wanted = {start: sizes[start.kind].items if start.kind in sizes else first.get(start.kind, 0) for start in starts}
    return sum(max(items - start.records, 0) for start, items in wanted.items())


def want_of_room(database: Path, rows: int, room: DiskRoom) -> str | None:
    """What to tell of a disk that cannot hold so many more rows and the commit after them; None where it can."""
    pages = rows * SPOOL_BYTES_A_ROW
    need = pages + room.need
    if need <= room.free:
        return None
    return (
        f"the disk is short: this crawl needs about {format_size(need)} beside {database}"
        f" ({format_size(pages)} for its pages, {format_size(room.need)} for the commit)"
        f" and {format_size(room.free)} are free: make room before it ends"
    )
