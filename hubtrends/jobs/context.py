"""The context of every job: settings and clock, and an entry in the journal."""

import contextlib
import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from crawler.crawl import GRACE_SECONDS
from crawler.errors import CrawlStoppedError
from crawler.kinds import Kind
from crawler.plan import WatchedEntity, Watchlist
from db.commit.paths import Files
from hubtrends.config.settings import Settings
from hubtrends.errors import JournalError, JournalNotWritableError, NoDataYetError
from hubtrends.jobs.journal import Journal, Outcome
from hubtrends.progress.reporter import ProgressReporter
from hubtrends.watchlist import file as watch
from hubtrends.watchlist import parse as links

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RunContext:
    """The settings, the clock, the reporter and the stop request of a job."""

    settings: Settings
    now: Callable[[], datetime]
    reporter: ProgressReporter
    stop: threading.Event
    endpoint: str | None = None
    """The address of a simulated Hub; None is the endpoint of huggingface_hub."""
    grace_seconds: float = GRACE_SECONDS
    """Seconds that a complete walk waits for other kinds before it is stored without them."""

    @property
    def journal(self) -> Journal:
        return Journal(self.settings.database)

    def pause(self, seconds: float) -> None:
        """Wait; raises CrawlStoppedError on a stop request."""
        if self.stop.wait(seconds) if seconds > 0 else self.stop.is_set():
            raise CrawlStoppedError

    @property
    def spool(self) -> Path:
        """The folder of unfinished walks, next to the database."""
        return Files.of(self.settings.database).spool


def watch_list(settings: Settings) -> Watchlist:
    """Read the watch list."""
    entries = watch.read(settings.watch_file)
    return Watchlist(
        tuple(WatchedEntity(Kind(e.kind), e.id) for e in entries if e.kind is not links.WatchTarget.AUTHOR),
        tuple(e.id for e in entries if e.kind is links.WatchTarget.AUTHOR),
    )


@dataclass
class RunRecord:
    """A run in progress and its outcome so far."""

    run_id: str
    outcome: Outcome = Outcome.DONE
    detail: str = ""
    notes: list[str] = field(default_factory=list)
    """Messages for the detail of the run, which the journal gets whatever the outcome."""
    kept: bool = True
    """Whether the run is in the journal."""

    def noted(self, detail: str) -> str:
        """Return the text for the journal: all notes, then the detail."""
        return "; ".join(filter(None, [*self.notes, detail]))

    def ends(self, outcome: Outcome, detail: str) -> None:
        self.outcome, self.detail = outcome, detail


@contextlib.contextmanager
def record_run(context: RunContext, job: str, period: datetime | None, *, required: bool = True) -> Iterator[RunRecord]:
    """Write the start and the end of a run to the journal.

    If the journal cannot be written, raises JournalNotWritableError; unless `required`, logs that and continues.
    """
    journal = context.journal
    logger.info("%s starts", job)
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
        with contextlib.suppress(sqlite3.Error, JournalError):  # a full disk must not hide the error
            journal.end(run.run_id, run.outcome, run.noted(run.detail), context.now())
        raise
    else:
        journal.end(run.run_id, run.outcome, run.noted(run.detail), context.now())
