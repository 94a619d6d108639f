"""What a person is told of a crawl that is under way: the same facts in lines and in bars."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from crawler.errors import CrawlError, HubFailedError
from crawler.http.rate_limiter import QuotaStatus
from crawler.kinds import Kind
from crawler.spool.spool import Spool, SpooledPage
from crawler.walk import Walk
from hubtrends.progress.eta import Pace, Start, Tally, seconds_to_go
from hubtrends.progress.reporter import LiveReporter, LogReporter, ProgressReporter, open_reporter
from tests.fakes.doubles import MOMENT, Clock, header

HUB = QuotaStatus(remaining=300, quota=500, seconds=200, usable=199, pace=400 / 300)
"""The Hub's quota without a token, a fifth of it kept back, a hundred seconds into a window."""

AMPLE = QuotaStatus(remaining=10**6, quota=10**6, seconds=300, usable=10**6, pace=3000)


def page(records: int = 1000, listing: str = "all", *, last: bool = False, requests: int = 1) -> SpooledPage:
    return SpooledPage(1, listing, records, records, (), requests, None if last else "/next")


def tally(kind: Kind, done: int, total: int | None, *, ended: bool = False) -> Tally:
    """So many pages of this run, each one request."""
    return Tally(Start(kind, total=total), done, 1000 * done, done, ended)


def to_go(seconds: float, left: QuotaStatus | None, *tallies: Tally) -> float | None:
    """The time to go of the first of these kinds."""
    return seconds_to_go({one.start.kind: one for one in tallies}, tallies[0].start.kind, seconds, left)


def test_a_slow_hub_is_reckoned_by_its_own_pace() -> None:
    """A tenth of the pages took a minute, and the budget would allow more: nine minutes."""
    assert to_go(60, AMPLE, tally(Kind.MODEL, 10, 100)) == 540
    assert to_go(60, None, tally(Kind.MODEL, 10, 100)) == 540


def test_a_spent_budget_is_reckoned_by_its_pace() -> None:
    """What this window does not allow any more comes at the pace of the next ones."""
    found = to_go(75, HUB, tally(Kind.MODEL, 100, 699))

    assert found == pytest.approx(200 + 400 / (400 / 300))


def test_a_fast_start_is_not_believed() -> None:
    """The last of a window went at once, but what follows is bound to the budget."""
    found = to_go(1, HUB, tally(Kind.MODEL, 100, 699))

    assert found == pytest.approx(500)


def test_kinds_share_the_budget() -> None:
    """The larger walk is alone once the smaller has ended; the smaller gets every other turn."""
    models, spaces = tally(Kind.MODEL, 50, 449), tally(Kind.SPACE, 50, 150)

    assert to_go(75, HUB, spaces, models) == pytest.approx(200 + 1 / (400 / 300))
    assert to_go(75, HUB, models, spaces) == pytest.approx(200 + 300 / (400 / 300))


def test_a_kind_that_has_ended_wants_nothing() -> None:
    """Whatever it left undone."""
    models, spaces = tally(Kind.MODEL, 50, 249), tally(Kind.SPACE, 50, 150, ended=True)

    assert to_go(75, HUB, models, spaces) == pytest.approx(200 * 199 / 200)
    assert to_go(75, HUB, spaces, models) is None


@pytest.mark.parametrize(
    ("done", "total"), [(50, None), (2, 100), (101, 100), (100, 100)],
    ids=["no total", "too little has come", "the total was wrong", "all has come"],
)  # fmt: skip
def test_without_ground_no_promise_is_made(done: int, total: int | None) -> None:
    """Nothing is said rather than something that nobody should believe."""
    assert to_go(60, HUB, tally(Kind.MODEL, done, total)) is None


def test_a_walk_that_goes_on_begins_at_what_lies_there() -> None:
    """Its pages count as done, and the rate is that of this run alone."""
    clock = Clock()
    pace = Pace([Start(Kind.MODEL, pages=90, records=90_000, total=100)], clock)
    for _ in range(3):
        clock.now += 2
        standing = pace.page(Kind.MODEL, page(), None)

    assert (standing.pages, standing.records, standing.total) == (93, 93_000, 100)
    assert (standing.rate, standing.seconds_to_go) == (500, 14)


Speaker = Callable[[Console], ProgressReporter]


def told(speaker: Speaker, tell: Callable[[ProgressReporter, Clock], None]) -> str:
    """All that a voice has written, in the end."""
    text, clock = StringIO(), Clock()
    with speaker(Console(file=text, width=140, force_terminal=speaker is LiveReporter, color_system=None)) as reporter:
        tell(reporter, clock)
    return text.getvalue()


def resumed_walk(reporter: ProgressReporter, clock: Clock) -> None:
    """Three more pages of a hundred, two seconds each."""
    reporter.on_start([Start(Kind.MODEL, 90, 90_000, 100)], clock)
    for number in range(3):
        clock.now += 2
        reporter.on_page(Kind.MODEL, page(last=number == 2), AMPLE)


@pytest.mark.parametrize("speaker", [LogReporter, LiveReporter])
def test_lines_and_bars_tell_the_same(speaker: Speaker) -> None:
    """Kind, pages of how many, rows, rate, time to go, and what is left of the budget."""
    text = told(speaker, resumed_walk)

    assert "models: going on after 90 pages, 90,000 rows" in text
    for fact in ("models", "93 of 100 pages", "93,000 rows", "500 rows/s", "about 10 s to go"):
        assert fact in text
    assert "1,000,000 of 1,000,000 requests left for 5 min" in text


@pytest.mark.parametrize("speaker", [LogReporter, LiveReporter])
def test_a_first_walk_promises_nothing(speaker: Speaker) -> None:
    """There is a count and a rate, and no word of an end."""

    def first_walk(reporter: ProgressReporter, clock: Clock) -> None:
        reporter.on_start([Start(Kind.MODEL)], clock)
        for number in range(5):
            clock.now += 2
            reporter.on_page(Kind.MODEL, page(last=number == 4), None)

    text = told(speaker, first_walk)

    assert "5 pages" in text
    assert "no limit told" in text
    assert "to go" not in text


def test_a_long_list_has_a_line_a_minute() -> None:
    """And one when it ends; look-ups of single entities have none."""

    def long_walk(reporter: ProgressReporter, clock: Clock) -> None:
        reporter.on_start([Start(Kind.MODEL)], clock)
        for number in range(100):
            clock.now += 2
            reporter.on_page(Kind.MODEL, page(last=number == 99), HUB)
        for listing in ("look-up:org/a", "control:101", "confirm:6a0"):
            reporter.on_page(Kind.MODEL, page(1, listing, last=True), HUB)

    lines = told(LogReporter, long_walk).splitlines()

    assert [line.split(",")[1] for line in lines[1:]] == [" 30 pages", " 60 pages", " 90 pages", " 100 pages"]


def walk_of(folder: Path, pages: int, failure: CrawlError | None) -> Walk:
    """A walk of models that has ended."""
    return Walk(Spool(folder, header(), [page()] * pages), MOMENT, failure)


BROKEN = HubFailedError("https://hub.test/api/models", "504 [/bold]", 8)


@pytest.mark.parametrize("speaker", [LogReporter, LiveReporter])
def test_a_walk_that_fails_says_why_at_once(speaker: Speaker, tmp_path: Path) -> None:
    """Although others go on for an hour; and the Hub's own words are no markup."""

    def failing(reporter: ProgressReporter, clock: Clock) -> None:
        resumed_walk(reporter, clock)
        reporter.on_end(walk_of(tmp_path, 93, BROKEN))

    text = told(speaker, failing)

    assert "models: cut short after 6 s, 93 pages, 93,000 rows: https://hub.test/api/models failed 8 times" in text
    assert "504 [/bold]" in text


def test_a_walk_without_a_page_leaves_its_failure_to_the_crawl(tmp_path: Path) -> None:
    """Five kinds that cannot be reached are one error, not six."""

    def failing(reporter: ProgressReporter, clock: Clock) -> None:
        reporter.on_start([Start(Kind.MODEL)], clock)
        reporter.on_end(walk_of(tmp_path, 0, BROKEN))

    assert told(LogReporter, failing).splitlines() == ["crawling models"]


@pytest.mark.parametrize("speaker", [LogReporter, LiveReporter])
def test_waits_are_told_in_words(speaker: Speaker) -> None:
    """What takes less than a second is not told."""

    def waiting(reporter: ProgressReporter, clock: Clock) -> None:
        reporter.on_wait("/api/models?limit=1000", "429 [slow down]", 287)
        reporter.on_wait("/api/models?limit=1000", "reset", 0.4)

    text = told(speaker, waiting)

    assert "waiting 4 min 47 s: 429 [slow down] (/api/models)" in text
    assert "reset" not in text


def test_bars_need_a_terminal() -> None:
    """Anywhere else there are lines."""
    assert isinstance(open_reporter(Console(file=StringIO(), force_terminal=True)), LiveReporter)
    assert isinstance(open_reporter(Console(file=StringIO())), LogReporter)
