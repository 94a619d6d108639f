"""What every job of the program has: its settings and clock, its journal entry, and the store to read."""

import contextlib
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb

from crawler.crawl import GRACE_SECONDS
from crawler.errors import CrawlStoppedError
from crawler.kinds import Kind
from crawler.plan import WatchedEntity, Watchlist
from db.commit.paths import Files
from db.commit.wait import WaitPolicy
from db.readonly import open_readonly
from db.schema.upgrade import upgrade
from hubtrends.config.settings import Settings
from hubtrends.errors import NoDataYetError
from hubtrends.jobs.journal import Journal, JournalFullError, JournalNotWritableError, Outcome
from hubtrends.progress.reporter import ProgressReporter
from hubtrends.version import VERSION
from hubtrends.watchlist import file as watch
from hubtrends.watchlist import parse as links


@dataclass(frozen=True, slots=True)
class RunContext:
    """What every job needs: the settings, the clock, a reporter, and a way to be stopped."""

    settings: Settings
    now: Callable[[], datetime]
    reporter: ProgressReporter
    stop: threading.Event
    endpoint: str | None = None
    """A simulated Hub; None is the Hub that huggingface_hub is set up for."""
    grace_seconds: float = GRACE_SECONDS
    """How long a kind that is whole waits for the others before it is stored without them."""

    @property
    def journal(self) -> Journal:
        return Journal(self.settings.database)

    def pause(self, seconds: float) -> None:
        """Wait, unless asked to stop; raises CrawlStoppedError then."""
        if self.stop.wait(seconds) if seconds > 0 else self.stop.is_set():
            raise CrawlStoppedError

    @property
    def spool(self) -> Path:
        """The folder of unfinished walks, beside the database."""
        return Files.of(self.settings.database).beside(".spool")


@contextlib.contextmanager
def open_store(
    settings: Settings,
    now: datetime,
    says: Callable[[str], None],
    *,
    sealed: bool = False,
    memory: int | None = None,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The database as it stands, for reading; a file of an older program is brought up to date first."""
    patience = WaitPolicy(limit=settings.wait_seconds)
    backup = upgrade(settings.database, now=now, tool_version=VERSION, on_wait=says, wait=patience, clock=time)
    if backup is not None:
        says(f"{settings.database} was of an older version and is migrated; as it was: {backup}")
    with open_readonly(settings.database, sealed=sealed, memory=memory) as con:
        yield con


def watched(settings: Settings) -> Watchlist:
    """The watch list."""
    entries = watch.read(settings.watch_file)
    return Watchlist(
        tuple(WatchedEntity(Kind(e.kind), e.id) for e in entries if e.kind is not links.WatchTarget.AUTHOR),
        tuple(e.id for e in entries if e.kind is links.WatchTarget.AUTHOR),
    )


@dataclass
class RunRecord:
    """A run that is under way, and how it will have ended."""

    run_id: str
    outcome: Outcome = Outcome.DONE
    detail: str = ""
    notes: list[str] = field(default_factory=list)
    """What is recorded of the run however it ends."""
    kept: bool = True
    """Whether the journal knows of the run."""

    def noted(self, detail: str) -> str:
        """The detail, after the notes."""
        return "; ".join(filter(None, [*self.notes, detail]))

    def ends(self, outcome: Outcome, detail: str) -> None:
        self.outcome, self.detail = outcome, detail


@contextlib.contextmanager
def record_run(context: RunContext, job: str, period: datetime | None, *, required: bool = True) -> Iterator[RunRecord]:
    """Journal a run's beginning and its end, whatever that is.

    Raises JournalNotWritableError where that may not be written; a run that does not require it says so and goes on.
    """
    journal = context.journal
    try:
        run = RunRecord(journal.begin(job, period, context.now()))
    except JournalNotWritableError as error:
        if required:
            raise
        context.reporter.log(f"this run is not in the journal: {error}")
        yield RunRecord("", kept=False)
        return
    try:
        yield run
    except (CrawlStoppedError, KeyboardInterrupt):
        journal.end(run.run_id, Outcome.STOPPED, run.noted("asked to stop"), context.now())
        raise
    except NoDataYetError as error:
        journal.end(run.run_id, Outcome.NOTHING, run.noted(str(error)), context.now())
        raise
    except BaseException as error:
        run.ends(Outcome.FAILED, str(error))
        with contextlib.suppress(
            sqlite3.Error, JournalNotWritableError, JournalFullError
        ):  # a full disk must not hide what went wrong
            journal.end(run.run_id, run.outcome, run.noted(run.detail), context.now())
        raise
    else:
        journal.end(run.run_id, run.outcome, run.noted(run.detail), context.now())
