"""The expected pages and disk space of a crawl."""

from pathlib import Path

import pytest

from crawler.kinds import Kind, Scope
from db.commit.disk_space import DiskRoom
from db.queries import WalkSize
from hubtrends.progress.estimate import SPOOL_BYTES_PER_ROW, disk_warning, expected_pages, expected_rows
from hubtrends.progress.eta import Start

SIZE = WalkSize(requests=3300, items=3_117_871)


@pytest.mark.parametrize(
    ("kind", "scope", "pages"),
    [(Kind.MODEL, Scope.FULL, 3118), (Kind.MODEL, Scope.HEAD, 3300), (Kind.PAPER, Scope.FULL, 3300)],
)
def test_expected_pages(kind: Kind, scope: Scope, pages: int) -> None:
    """A full walk has one page per thousand items; any other walk has as many as the last one."""
    assert expected_pages(kind, scope, SIZE, 1000) == pages


def test_first_walk() -> None:
    """The Hub reports no totals, so the first walk has no estimate."""
    assert expected_pages(Kind.MODEL, Scope.FULL, None, 1000) is None


def test_expected_rows() -> None:
    """Rows on disk are not counted; a first full walk is as large as the Hub, a first head walk counts as nothing."""
    starts = [Start(Kind.MODEL, 1000, 1_000_000), Start(Kind.SPACE)]

    assert expected_rows(starts, Scope.FULL, {Kind.MODEL: SIZE}) == 2_117_871 + 1_500_000
    assert expected_rows([Start(Kind.SPACE)], Scope.HEAD, {}) == 0


def test_enough_disk_space() -> None:
    """Pages and commit fit together on the disk."""
    assert disk_warning(Path("hub.duckdb"), 1000, DiskRoom(need=500, free=500 + 1000 * SPOOL_BYTES_PER_ROW)) is None


def test_too_little_disk_space() -> None:
    """The warning names the space for pages, for the commit, and the free space."""
    warning = disk_warning(Path("hub.duckdb"), 5_000_000, DiskRoom(need=300_000_000, free=900_000_000))

    assert warning == (
        "the disk is short: this crawl needs about 1.3 GB next to hub.duckdb (1.0 GB for its pages, 300 MB for the"
        " commit) and 900 MB are free: make room before it ends"
    )
