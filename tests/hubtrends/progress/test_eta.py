"""How the time to go is estimated."""

import pytest

from crawler.http.rate_limiter import QuotaStatus
from crawler.kinds import Kind
from hubtrends.progress.eta import CrawlProgress, Start, Tally, seconds_to_go
from tests.fakes.doubles import Clock
from tests.fakes.progress import AMPLE_QUOTA, HUB_QUOTA, spooled_page


def tally(kind: Kind, done: int, total: int | None, *, ended: bool = False) -> Tally:
    """Return a tally of a number of pages in this run, each one request."""
    return Tally(Start(kind, total=total), done, 1000 * done, done, ended)


def to_go(seconds: float, left: QuotaStatus | None, *tallies: Tally) -> float | None:
    """Return the time to go of the first of these kinds."""
    return seconds_to_go({one.start.kind: one for one in tallies}, tallies[0].start.kind, seconds, left)


def test_slow_hub() -> None:
    """A tenth of the pages took a minute and the quota allows more, so nine minutes are left."""
    assert to_go(60, AMPLE_QUOTA, tally(Kind.MODEL, 10, 100)) == 540
    assert to_go(60, None, tally(Kind.MODEL, 10, 100)) == 540


def test_spent_quota() -> None:
    """Requests beyond this window come at the pace of the next windows."""
    found = to_go(75, HUB_QUOTA, tally(Kind.MODEL, 100, 699))

    assert found == pytest.approx(200 + 400 / (400 / 300))


def test_fast_start() -> None:
    """The rest of a window goes at once, but all later requests are limited by the quota."""
    found = to_go(1, HUB_QUOTA, tally(Kind.MODEL, 100, 699))

    assert found == pytest.approx(500)


def test_kinds_share_the_quota() -> None:
    """The smaller walk gets every other request; the larger has the quota alone after that."""
    models, spaces = tally(Kind.MODEL, 50, 449), tally(Kind.SPACE, 50, 150)

    assert to_go(75, HUB_QUOTA, spaces, models) == pytest.approx(200 + 1 / (400 / 300))
    assert to_go(75, HUB_QUOTA, models, spaces) == pytest.approx(200 + 300 / (400 / 300))


def test_ended_kind() -> None:
    """A kind that has ended needs no request, even if pages are missing."""
    models, spaces = tally(Kind.MODEL, 50, 249), tally(Kind.SPACE, 50, 150, ended=True)

    assert to_go(75, HUB_QUOTA, models, spaces) == pytest.approx(200 * 199 / 200)
    assert to_go(75, HUB_QUOTA, spaces, models) is None


@pytest.mark.parametrize(
    ("done", "total"), [(50, None), (2, 100), (101, 100), (100, 100)],
    ids=["unknown total", "too few pages", "total too low", "all pages"],
)  # fmt: skip
def test_no_estimate(done: int, total: int | None) -> None:
    """Without enough evidence there is no estimate."""
    assert to_go(60, HUB_QUOTA, tally(Kind.MODEL, done, total)) is None


def test_resumed_walk() -> None:
    """Pages of an earlier run count as done, and the rate is that of this run."""
    clock = Clock()
    progress = CrawlProgress([Start(Kind.MODEL, pages=90, records=90_000, total=100)], clock)
    for _ in range(3):
        clock.now += 2
        now = progress.add_page(Kind.MODEL, spooled_page(), None)

    assert (now.pages, now.records, now.total) == (93, 93_000, 100)
    assert (now.rate, now.seconds_to_go) == (500, 14)
