"""What a crawl is expected to take: pages from the last whole walk, and room on the disk."""

from pathlib import Path

import pytest

from crawler.kinds import Kind, Scope
from db.commit.disk_space import DiskRoom
from db.queries import WalkSize
from hubtrends.progress.estimate import SPOOL_BYTES_A_ROW, expected_pages, expected_rows, want_of_room
from hubtrends.progress.eta import Start

SIZE = WalkSize(requests=3300, items=3_117_871)


@pytest.mark.parametrize(
    ("kind", "scope", "pages"),
    [(Kind.MODEL, Scope.FULL, 3118), (Kind.MODEL, Scope.HEAD, 3300), (Kind.PAPER, Scope.FULL, 3300)],
)
def test_expected_pages(kind: Kind, scope: Scope, pages: int) -> None:
    """A full walk takes a page for every thousand, however often one was asked for; others what the last one took."""
    assert expected_pages(kind, scope, SIZE, 1000) == pages


def test_without_an_earlier_walk_nothing_is_expected() -> None:
    """The API tells no totals."""
    assert expected_pages(Kind.MODEL, Scope.FULL, None, 1000) is None


def test_rows_to_come() -> None:
    """What lies on disk already has come; a first full walk is as large as the Hub, a first head one is nothing."""
    starts = [Start(Kind.MODEL, 1000, 1_000_000), Start(Kind.SPACE)]

    assert expected_rows(starts, Scope.FULL, {Kind.MODEL: SIZE}) == 2_117_871 + 1_500_000
    assert expected_rows([Start(Kind.SPACE)], Scope.HEAD, {}) == 0


def test_a_disk_with_room_is_not_spoken_of() -> None:
    """As long as pages and commit fit together."""
    assert want_of_room(Path("hub.duckdb"), 1000, DiskRoom(need=500, free=500 + 1000 * SPOOL_BYTES_A_ROW)) is None


def test_a_disk_that_is_short() -> None:
    """Both needs are told with what is free."""
    told = want_of_room(Path("hub.duckdb"), 5_000_000, DiskRoom(need=300_000_000, free=900_000_000))

    assert told == (
        "the disk is short: this crawl needs about 1.3 GB beside hub.duckdb (1.0 GB for its pages, 300 MB for the"
        " commit) and 900 MB are free: make room before it ends"
    )
