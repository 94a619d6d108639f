"""The journal of runs: a small SQLite file next to the database.

It is written when a run starts or ends; a write to the database would copy gigabytes. Each commit copies the runs into
the table `runs`. The daemon reads which periods were run. The next crawl reads which entities reports named. Retention
reads which snapshots reports use.
"""

import contextlib
import sqlite3
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from crawler.kinds import Kind
from crawler.plan import WatchedEntity
from crawler.redaction import redacted
from db.commit.paths import Files
from hubtrends.errors import JournalDamagedError, JournalFullError, JournalNotWritableError
from hubtrends.secrets import without_secrets

SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
    run_id      TEXT PRIMARY KEY,
    job         TEXT NOT NULL,   -- crawl, report, or the name of a scheduled job
    period      TEXT,            -- the fire time that a scheduled run was due for; NULL when started by hand
    started_at  TEXT NOT NULL,   -- ISO 8601, UTC, like every time here
    finished_at TEXT,            -- NULL while it runs, or when the program was killed
    outcome     TEXT NOT NULL,
    detail      TEXT
);
CREATE TABLE IF NOT EXISTS reports (
    run_id TEXT NOT NULL,
    as_of  TEXT NOT NULL,
    stem   TEXT NOT NULL         -- name of its files, without the ending
);
CREATE TABLE IF NOT EXISTS used (
    run_id      TEXT NOT NULL,
    snapshot_id INTEGER NOT NULL -- a snapshot that a report rests on is never pruned
);
CREATE TABLE IF NOT EXISTS named (
    named_at TEXT NOT NULL,      -- what a report has named is looked up for four weeks
    kind     TEXT NOT NULL,
    hub_id   TEXT NOT NULL,
    id       TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS heartbeat (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    beat_at TEXT NOT NULL,
    pid     INTEGER NOT NULL,
    next_at TEXT                 -- when the daemon's next job is due
);
"""


DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
"""SQLite codes of an unreadable file; the low byte of a code is its family."""


BARRED = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM})
"""SQLite codes of a read-only folder or file."""


class Outcome(StrEnum):
    """The outcome of a run."""

    RUNNING = "running"
    DONE = "done"
    INCOMPLETE = "incomplete"
    """Some kinds failed; the others are stored."""

    STALE = "stale"
    """All kinds are complete, but the Hub had not updated its counters since the previous snapshot."""

    NOTHING = "nothing"
    """A report was due, but there is no snapshot for it."""

    FAILED = "failed"
    STOPPED = "stopped"
    """Stopped on request; the next run resumes."""

    KILLED = "killed"
    """The process ended without writing an outcome."""


KILLED_DETAIL = "the process ended without writing an outcome"


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a job."""

    run_id: str
    job: str
    period: datetime | None
    started_at: datetime
    finished_at: datetime | None
    outcome: Outcome
    detail: str | None


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The last heartbeat of the daemon."""

    beat_at: datetime
    pid: int
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Report:
    """A report that was written."""

    run_id: str
    stem: str
    """The name of the report's files without extension; a repeated report has the same one."""
    used: frozenset[int]
    """The ids of the snapshots that the report compares."""


class Journal:
    """The journal of one database; each call is its own transaction."""

    def __init__(self, database: Path) -> None:
        self.path = Files.of(database).journal

    def begin(self, job: str, period: datetime | None, now: datetime) -> str:
        """Write the start of a run; mark earlier runs of the job without an end as killed."""
        run_id = uuid.uuid4().hex
        with self.transaction() as con:
            con.execute(
                "UPDATE runs SET outcome = ?, detail = ? WHERE job = ? AND outcome = ?",
                (Outcome.KILLED, KILLED_DETAIL, job, Outcome.RUNNING),
            )
            con.execute(
                "INSERT INTO runs VALUES (?, ?, ?, ?, NULL, ?, NULL)",
                (run_id, job, _text(period), _text(now), Outcome.RUNNING),
            )
        return run_id

    def end(self, run_id: str, outcome: Outcome, detail: str, now: datetime) -> None:
        """Write the end of a run, without secrets: the detail may quote a server."""
        detail = without_secrets(detail)
        with self.transaction() as con:
            con.execute(
                "UPDATE runs SET finished_at = ?, outcome = ?, detail = ? WHERE run_id = ?",
                (_text(now), outcome, detail, run_id),
            )

    def runs(self, last: int | None = None) -> list[Run]:
        """Return the newest `last` runs, or all, in the order they were written."""
        rows = self._rows("SELECT * FROM runs ORDER BY rowid DESC LIMIT ?", (last or -1,))
        return [_run(row) for row in reversed(rows)]

    def tries(self, job: str, period: datetime) -> list[Run]:
        """Return the runs of a job for one period, oldest first."""
        rows = self._rows(
            "SELECT * FROM runs WHERE job = ? AND period = ? ORDER BY started_at, rowid", (job, _text(period))
        )
        return [_run(row) for row in rows]

    def last_period(self, job: str, now: datetime) -> datetime | None:
        """Return the newest period that a job has run for; ignore periods in the future, which a wrong clock wrote."""
        rows = self._rows("SELECT period FROM runs WHERE job = ? AND period IS NOT NULL", (job,))
        return max((period for (text,) in rows if (period := _moment(text)) <= now), default=None)

    def note_report(
        self,
        run: str,
        as_of: datetime,
        stem: str,
        snapshots: Iterable[int],
        named: Sequence[WatchedEntity],
        now: datetime,
    ) -> None:
        """Write which snapshots a report uses and which entities it names."""
        with self.transaction() as con:
            con.execute("INSERT INTO reports VALUES (?, ?, ?)", (run, _text(as_of), stem))
            con.executemany("INSERT INTO used VALUES (?, ?)", [(run, snapshot) for snapshot in snapshots])
            con.executemany(
                "INSERT INTO named VALUES (?, ?, ?, ?)",
                [(_text(now), entity.kind, entity.hub_id or "", entity.id) for entity in named],
            )

    def reports(self) -> list[Report]:
        """Return every report that was written, oldest first; a repeated report occurs repeatedly."""
        rows = self._rows(
            "SELECT r.run_id, r.stem, u.snapshot_id FROM reports AS r LEFT JOIN used AS u USING (run_id)"
            " ORDER BY r.rowid"
        )
        used: dict[tuple[str, str], set[int]] = {}
        for run_id, stem, snapshot_id in rows:
            used.setdefault((run_id, stem), set()).update(() if snapshot_id is None else (snapshot_id,))
        return [Report(run_id, stem, frozenset(snapshots)) for (run_id, stem), snapshots in used.items()]

    def named_since(self, moment: datetime) -> list[WatchedEntity]:
        """Return the entities that reports have named since then, latest first."""
        rows = self._rows(
            "SELECT kind, hub_id, id, max(named_at) AS latest FROM named WHERE named_at >= ?"
            " GROUP BY kind, hub_id ORDER BY latest DESC, kind, id",
            (_text(moment),),
        )
        return [WatchedEntity(Kind(kind), name, hub_id or None) for kind, hub_id, name, _ in rows]

    def write_heartbeat(self, now: datetime, pid: int, next_at: datetime | None) -> None:
        """Write the heartbeat of the daemon."""
        with self.transaction() as con:
            con.execute("INSERT OR REPLACE INTO heartbeat VALUES (1, ?, ?, ?)", (_text(now), pid, _text(next_at)))

    def heartbeat(self) -> Heartbeat | None:
        """Return the last heartbeat, if there is one."""
        rows = self._rows("SELECT beat_at, pid, next_at FROM heartbeat")
        return next((Heartbeat(_moment(beat), pid, _time(due)) for beat, pid, due in rows), None)

    def rewrite(self, change: Callable[[sqlite3.Connection], None]) -> None:
        """Apply a change and leave no deleted byte in the file; do nothing without a file."""
        if not self.path.exists():
            return
        with self.transaction() as con:
            con.execute("PRAGMA secure_delete = ON")
            change(con)
            con.commit()
            con.execute("VACUUM")

    def check(self) -> None:
        """Check the file, if there is one; raises JournalDamagedError."""
        found = [row[0] for row in self._rows("PRAGMA quick_check")]
        if found not in ([], ["ok"]):
            raise JournalDamagedError(self.path, found[0])

    def _rows(self, query: str, parameters: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        if not self.path.exists():
            return []
        with self.transaction() as con:
            return con.execute(query, parameters).fetchall()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Open the file for one transaction; raises JournalError."""
        try:
            with contextlib.closing(sqlite3.connect(self.path, timeout=30)) as con, con:
                con.executescript(SCHEMA)
                yield con
        except sqlite3.DatabaseError as error:
            family = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if family in DAMAGE:
                raise JournalDamagedError(self.path, str(error)) from error
            if family in BARRED:
                raise JournalNotWritableError(self.path, str(error)) from error
            if family == sqlite3.SQLITE_FULL:
                raise JournalFullError(self.path) from error
            raise


def _run(row: tuple[Any, ...]) -> Run:
    """Return a run without the secrets that an earlier version may have written."""
    run_id, job, period, started_at, finished_at, outcome, detail = row
    detail = detail and redacted(detail)
    return Run(run_id, job, _time(period), _moment(started_at), _time(finished_at), Outcome(outcome), detail)


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _time(text: str | None) -> datetime | None:
    return _moment(text) if text else None
