"""The weekly run: one crawl, one report, one copy of the database."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from analysis.records import WeekAnalysis
from crawler.kinds import Kind, Scope
from db.commit import working_copy
from db.commit.paths import Files, FileSet
from db.commit.recover import Recovery
from hubtrends.config.settings import Settings
from hubtrends.jobs.context import RunContext
from hubtrends.jobs.crawl import CrawlRequest, run_crawl
from hubtrends.jobs.journal import Journal, Outcome
from hubtrends.jobs.report import ReportRequest, run_report
from hubtrends.jobs.weekly import WeeklyResult, run_weekly
from hubtrends.sim.server.server import SimServer
from hubtrends.sim.world.world import World
from tests.fakes.keeper import Unwaiting
from tests.fakes.quiet import Kept

START = datetime(2026, 9, 1, 10, tzinfo=UTC)
WEEK = timedelta(days=7)
CRAWL = CrawlRequest((Kind.MODEL, Kind.SPACE), Scope.HEAD)


class Curator:
    """Has a store with one snapshot, a week before the weekly run."""

    def __init__(self, folder: Path, world: World, server: SimServer) -> None:
        self.world, self.server, self.reporter = world, server, Kept()
        self.settings = Settings(reports=folder / "out").with_database(folder / "hub.duckdb")
        run_crawl(self.at(START), CRAWL)

    def at(self, moment: datetime) -> RunContext:
        self.server.hub = self.world.at(moment)
        return RunContext(self.settings, lambda: moment, self.reporter, Unwaiting(), self.server.url)

    def runs_weekly(self) -> WeeklyResult:
        return run_weekly(self.at(START + WEEK), CRAWL, ReportRequest(self.settings.reports))

    def asks(self, query: str) -> list[tuple[object, ...]]:
        with contextlib.closing(duckdb.connect(str(self.settings.database), read_only=True)) as con:
            return con.execute(query).fetchall()


@pytest.fixture
def curator(tmp_path: Path) -> Iterator[Curator]:
    world = World(seed=2, models=30, datasets=1, spaces=5, papers_a_day=1, articles_a_week=1, start=START.date())
    with SimServer(world.at(START)) as server:
        yield Curator(tmp_path, world, server)


@pytest.fixture
def copies(curator: Curator, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Return the list of databases that are copied from now on."""
    copied: list[Path] = []
    make = working_copy.make

    def count(files: Files, original: FileSet) -> None:
        copied.append(files.database)
        make(files, original)

    monkeypatch.setattr(working_copy, "make", count)
    return copied


def test_a_weekly_run_copies_the_database_once(curator: Curator, copies: list[Path]) -> None:
    """The snapshots and the lists of the report are stored in one commit."""
    done = curator.runs_weekly()

    assert copies == [curator.settings.database]
    assert {file.suffix for file in done.files} == {".html", ".md", ".json", ".csv", ".txt", ".png"}
    assert curator.asks("SELECT count(*) FROM snapshots") == [(4,)]
    assert curator.asks("SELECT DISTINCT report_at FROM lists") == [(START + WEEK,)]
    assert [run.outcome for run in Journal(curator.settings.database).runs()] == [Outcome.DONE] * 3


def test_a_weekly_report_equals_a_report_written_later(curator: Curator) -> None:
    """The analysis of the working copy equals the analysis of the stored database."""
    query = "SELECT * FROM picks ORDER BY ALL"
    files = {file.name: file.read_bytes() for file in curator.runs_weekly().files}
    rows = curator.asks(query)
    again = run_report(curator.at(START + WEEK), ReportRequest(curator.settings.reports, as_of=START + WEEK))

    assert rows
    assert files == {file.name: file.read_bytes() for file in again}
    assert rows == curator.asks(query)


def test_what_was_recovered_is_shown(curator: Curator) -> None:
    """The log shows the result of an interrupted commit."""
    files = Files.of(curator.settings.database)
    files.copy.write_bytes(b"half a copy")

    curator.runs_weekly()

    assert f"{files.database}: {Recovery.DROPPED}" in curator.reporter.lines


def test_the_crawl_is_reported_before_the_report_is_written(curator: Curator) -> None:
    """The log names the stored snapshots before the charts are drawn."""

    class Attentive(Kept):
        """Notes with each line whether a report exists already."""

        def log(self, line: str) -> None:
            super().log(f"{curator.settings.reports.exists()}: {line}")

    curator.reporter = Attentive()
    curator.runs_weekly()

    assert [line.split()[:3] for line in curator.reporter.lines] == [
        ["False:", "30", "models,"],
        ["False:", "5", "spaces,"],
    ]


class AnalysisBrokenError(Exception):
    """An error in the analysis."""


def broken(*_: object, **__: object) -> WeekAnalysis:
    raise AnalysisBrokenError


def test_a_failed_analysis_does_not_lose_the_crawl(curator: Curator, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commit is made without lists; then the report raises."""
    monkeypatch.setattr("hubtrends.jobs.report.analyse_week", broken)

    with pytest.raises(AnalysisBrokenError):
        curator.runs_weekly()

    assert curator.asks("SELECT count(*) FROM snapshots") == [(4,)]
    assert curator.asks("FROM lists") == []
    assert not list(curator.at(START).spool.glob("*/*.parquet"))


def test_a_failure_inside_the_commit_alone_is_repeated_afterwards(
    curator: Curator, copies: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The report analyses the stored database and commits its lists, at the cost of a second copy."""
    monkeypatch.setattr("hubtrends.jobs.weekly.analyse_report", broken)

    done = curator.runs_weekly()

    assert len(done.files) == 6
    assert len(copies) == 2
    assert curator.asks("SELECT DISTINCT report_at FROM lists") == [(START + WEEK,)]


def test_an_analysis_that_breaks_the_session_does_not_lose_the_crawl(
    curator: Curator, copies: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit is repeated with the snapshots alone, and the report stores its lists after it."""

    def detach(con: duckdb.DuckDBPyConnection, *_: object) -> WeekAnalysis:
        con.execute("USE memory; DETACH hub")
        raise AnalysisBrokenError

    monkeypatch.setattr("hubtrends.jobs.weekly.analyse_report", detach)

    done = curator.runs_weekly()

    assert done.crawled.complete
    assert len(copies) == 3
    assert curator.asks("SELECT count(*) FROM snapshots") == [(4,)]
    assert curator.asks("SELECT DISTINCT report_at FROM lists") == [(START + WEEK,)]
