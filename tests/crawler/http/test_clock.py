"""A wrong clock stops a crawl: which offsets count as wrong, and what stays on disk."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.crawl import crawl
from crawler.errors import ClockWrongError
from crawler.http.clock import CLOCK_SLACK, clock_offset, hub_time
from crawler.kinds import Kind, Scope
from hubtrends.sim.server.server import SimServer
from tests.fakes.doubles import MOMENT, Audience, asking, order
from tests.fakes.hubs import hub_of, model

HUB = datetime(2026, 11, 28, 5, 30, tzinfo=UTC)
DATE = "Sat, 28 Nov 2026 05:30:00 GMT"
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("headers", "says"),
    [
        ({"date": DATE}, HUB),
        ({"date": DATE, "age": "600"}, HUB + 10 * MINUTE),
        ({"date": "Sat, 28 Nov 2026 06:30:00 +0100"}, HUB),
        ({"date": "Sat, 28 Nov 2026 05:30:00 -0000"}, HUB),
        ({}, None),
        ({"date": ""}, None),
        ({"date": "yesterday"}, None),
        ({"date": "Sat, 28 Nov 2026 25:61:00 GMT"}, None),
        ({"date": "Sat, 28 Nov 99999 05:30:00 GMT"}, None),
        ({"date": "Fri, 31 Dec 9999 23:59:59 GMT", "age": "999999999"}, None),
        ({"date": DATE, "age": "-5"}, None),
        ({"date": DATE, "age": "soon"}, None),
        ({"date": DATE, "age": "9" * 5000}, None),
    ],
)
def test_the_time_of_an_answer(headers: dict[str, str], says: datetime | None) -> None:
    """A cache's `Age` is added to its `Date`; malformed headers are ignored."""
    assert hub_time(headers) == says


@pytest.mark.parametrize(
    ("sent", "received", "offset"),
    [
        (HUB, HUB + MINUTE, None),
        (HUB + CLOCK_SLACK, HUB + CLOCK_SLACK, None),
        (HUB - 60 * MINUTE, HUB + 60 * MINUTE, None),
        (HUB + 6 * MINUTE, HUB + 7 * MINUTE, 6 * MINUTE),
        (HUB - 9 * MINUTE, HUB - 8 * MINUTE, -8 * MINUTE),
    ],
    ids=["right", "within the slack", "a slow answer", "ahead", "behind"],
)
def test_the_offset_of_a_clock(sent: datetime, received: datetime, offset: timedelta | None) -> None:
    """The Hub's time must lie between sending and receiving, within five minutes."""
    assert clock_offset(sent, received, HUB) == offset


HUB_OF_SIX = hub_of(*(model(number) for number in range(6)))


class JumpingClock:
    """A clock that is right for a number of readings and then off."""

    def __init__(self, right_for: int, off_by: timedelta) -> None:
        self.right_for, self.off_by = right_for, off_by
        self._lock = threading.Lock()

    def __call__(self) -> datetime:
        with self._lock:
            self.right_for -= 1
            return MOMENT if self.right_for >= 0 else MOMENT + self.off_by


WANTED = replace(order(Kind.MODEL, scope=Scope.FULL, page_size=2), observed_at=None)


@pytest.mark.parametrize("off_by", [timedelta(days=1700), -timedelta(hours=2)])
def test_a_wrong_clock_stops_a_crawl_before_its_first_page(tmp_path: Path, off_by: timedelta) -> None:
    """The error has the offset of the clock."""
    audience, clock = Audience(), JumpingClock(0, off_by)

    with (
        SimServer(HUB_OF_SIX, now=lambda: MOMENT) as server,
        asking(server.url, audience, now=clock) as client,
        pytest.raises(ClockWrongError) as caught,
    ):
        crawl(WANTED, client, tmp_path, audience, clock)

    assert caught.value.offset == off_by
    assert audience.pages == []


def test_a_clock_that_jumps_stops_the_crawl(tmp_path: Path) -> None:
    """The walk began at the right time, so it can be resumed."""
    audience, clock = Audience(), JumpingClock(5, timedelta(days=1))
    with SimServer(HUB_OF_SIX, now=lambda: MOMENT) as server:
        with asking(server.url, audience, now=clock) as client, pytest.raises(ClockWrongError):
            crawl(WANTED, client, tmp_path, audience, clock)
        kept = len(audience.pages)
        with asking(server.url, audience, now=lambda: MOMENT) as client:
            (walk,) = crawl(WANTED, client, tmp_path, audience, lambda: MOMENT)

    assert kept == 2
    assert walk.complete
    assert len(audience.pages) == len(walk.spool.pages)


def test_a_walk_from_the_future_is_given_up(tmp_path: Path) -> None:
    """It would be stored under a future time."""
    audience = Audience()
    with SimServer(HUB_OF_SIX) as server, asking(server.url, audience) as client:
        crawl(WANTED, client, tmp_path, audience, lambda: MOMENT + timedelta(days=1700))
        (walk,) = crawl(WANTED, client, tmp_path, audience, lambda: MOMENT)

    assert walk.spool.header.observed_at == MOMENT


def test_a_clock_that_is_set_back_stops_the_crawl(tmp_path: Path) -> None:
    """The walk has the wrong time although every answer has the right one."""
    audience, clock = Audience(), JumpingClock(1, -timedelta(days=1700))

    with SimServer(HUB_OF_SIX) as server, asking(server.url, audience) as client, pytest.raises(ClockWrongError):
        crawl(WANTED, client, tmp_path, audience, clock)


@pytest.mark.parametrize("now", [None, lambda: MOMENT])
def test_a_missing_date_is_ignored(tmp_path: Path, now: Callable[[], datetime] | None) -> None:
    """The clock cannot be compared."""
    audience = Audience()
    with SimServer(HUB_OF_SIX) as server, asking(server.url, audience, now=now) as client:
        (walk,) = crawl(WANTED, client, tmp_path, audience, lambda: MOMENT)

    assert walk.complete
