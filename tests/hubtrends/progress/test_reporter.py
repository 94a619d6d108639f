"""How lines and bars show the progress of a crawl."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from crawler.errors import CrawlError, HubFailedError
from crawler.kinds import Kind
from crawler.spool.spool import Spool
from crawler.walk import Walk
from hubtrends.progress.eta import Start
from hubtrends.progress.reporter import LiveReporter, LogReporter, ProgressReporter, open_reporter
from tests.fakes.doubles import MOMENT, Clock, header
from tests.fakes.progress import AMPLE_QUOTA, HUB_QUOTA, spooled_page

MakeReporter = Callable[[Console], ProgressReporter]


def output_of(make_reporter: MakeReporter, use: Callable[[ProgressReporter, Clock], None]) -> str:
    """Return everything that a reporter has written."""
    text, clock = StringIO(), Clock()
    with make_reporter(
        Console(file=text, width=140, force_terminal=make_reporter is LiveReporter, color_system=None)
    ) as reporter:
        use(reporter, clock)
    return text.getvalue()


def resumed_walk(reporter: ProgressReporter, clock: Clock) -> None:
    """Report three more pages of a hundred, two seconds each."""
    reporter.on_start([Start(Kind.MODEL, 90, 90_000, 100)], clock)
    for number in range(3):
        clock.now += 2
        reporter.on_page(Kind.MODEL, spooled_page(last=number == 2), AMPLE_QUOTA)


@pytest.mark.parametrize("make_reporter", [LogReporter, LiveReporter])
def test_lines_and_bars_show_the_same_facts(make_reporter: MakeReporter) -> None:
    """Kind, pages and their total, rows, rate, time to go, and the rest of the quota."""
    text = output_of(make_reporter, resumed_walk)

    assert "models: continuing after 90 pages, 90,000 rows" in text
    for fact in ("models", "93 of 100 pages", "93,000 rows", "500 rows/s", "about 10 s to go"):
        assert fact in text
    assert "1,000,000 of 1,000,000 requests left for 5 min" in text


@pytest.mark.parametrize("make_reporter", [LogReporter, LiveReporter])
def test_first_walk(make_reporter: MakeReporter) -> None:
    """A first walk has counts and a rate, and no time to go."""

    def first_walk(reporter: ProgressReporter, clock: Clock) -> None:
        reporter.on_start([Start(Kind.MODEL)], clock)
        for number in range(5):
            clock.now += 2
            reporter.on_page(Kind.MODEL, spooled_page(last=number == 4), None)

    text = output_of(make_reporter, first_walk)

    assert "5 pages" in text
    assert "the Hub states no rate limit" in text
    assert "to go" not in text


def test_long_list() -> None:
    """A long list has a line per minute and one at its end; look-ups have none."""

    def long_walk(reporter: ProgressReporter, clock: Clock) -> None:
        reporter.on_start([Start(Kind.MODEL)], clock)
        for number in range(100):
            clock.now += 2
            reporter.on_page(Kind.MODEL, spooled_page(last=number == 99), HUB_QUOTA)
        for listing in ("look-up:org/a", "control:101", "confirm:6a0"):
            reporter.on_page(Kind.MODEL, spooled_page(1, listing, last=True), HUB_QUOTA)

    lines = output_of(LogReporter, long_walk).splitlines()

    assert [line.split(",")[1] for line in lines[1:]] == [" 30 pages", " 60 pages", " 90 pages", " 100 pages"]


def walk_of(folder: Path, pages: int, failure: CrawlError | None) -> Walk:
    """Return a walk of models that has ended."""
    return Walk(Spool(folder, header(), [spooled_page()] * pages), MOMENT, failure)


BROKEN = HubFailedError("https://hub.test/api/models", "504 [/bold]", 8)


@pytest.mark.parametrize("make_reporter", [LogReporter, LiveReporter])
def test_failed_walk(make_reporter: MakeReporter, tmp_path: Path) -> None:
    """The failure is shown at once, and the text of the Hub is not read as markup."""

    def failing(reporter: ProgressReporter, clock: Clock) -> None:
        resumed_walk(reporter, clock)
        reporter.on_end(walk_of(tmp_path, 93, BROKEN))

    text = output_of(make_reporter, failing)

    assert "models: incomplete after 6 s, 93 pages, 93,000 rows: https://hub.test/api/models failed 8 times" in text
    assert "504 [/bold]" in text


def test_failed_walk_without_a_page(tmp_path: Path) -> None:
    """The crawl reports one error for five unreachable kinds, so the reporter adds none."""

    def failing(reporter: ProgressReporter, clock: Clock) -> None:
        reporter.on_start([Start(Kind.MODEL)], clock)
        reporter.on_end(walk_of(tmp_path, 0, BROKEN))

    assert output_of(LogReporter, failing).splitlines() == ["crawling models"]


@pytest.mark.parametrize("make_reporter", [LogReporter, LiveReporter])
def test_waits(make_reporter: MakeReporter) -> None:
    """Waits below a second are not shown."""

    def waiting(reporter: ProgressReporter, clock: Clock) -> None:
        reporter.on_wait("/api/models?limit=1000", "429 [slow down]", 287)
        reporter.on_wait("/api/models?limit=1000", "reset", 0.4)

    text = output_of(make_reporter, waiting)

    assert "waiting 4 min 47 s: 429 [slow down] (/api/models)" in text
    assert "reset" not in text


def test_reporter_for_a_console() -> None:
    """Bars need a terminal."""
    assert isinstance(open_reporter(Console(file=StringIO(), force_terminal=True)), LiveReporter)
    assert isinstance(open_reporter(Console(file=StringIO())), LogReporter)
