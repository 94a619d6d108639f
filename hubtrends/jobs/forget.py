"""Forget an entity: in the database, the journal, unfinished walks and, on request, reports.

    subject_for    the entity that an ID means, and its names
    traces         every place that names it; changes nothing
    forget_all     spool      discard an unfinished walk that names it; the next crawl starts it again
                   reports    delete them on request, else list them
                   journal    delete the entity from named entities and details of runs
                   database   delete the rows; last, so that a killed run can be repeated

The watch list, copies of the database and the user's own tables are listed, never changed.
"""

import logging
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl

from crawler.kinds import Kind
from crawler.plan import WatchedEntity
from crawler.spool.spool import discard
from db.commit.commit import commit
from db.commit.lock import LockWait, WaitPolicy, writer_lock
from db.commit.paths import LOGS, Files
from db.deletion.forget import (
    Found,
    entities_named,
    foreign_mentions,
    forget,
    holds,
    mentions,
    subject_of,
    subject_of_name,
)
from db.deletion.naming import Subject, without_name
from db.errors import StoreError
from hubtrends.config.settings import Settings
from hubtrends.errors import AmbiguousNameError, NothingNamesItError
from hubtrends.jobs.journal import Journal
from hubtrends.jobs.names import nearest_names

logger = logging.getLogger(__name__)

DUCKDB_MAGIC = b"DUCK"
"""Bytes 8 to 12 of every DuckDB file."""


@dataclass(frozen=True, slots=True)
class Traces:
    """Every place that names the subject."""

    rows: tuple[Found, ...]
    named: int
    """Entries of the journal for entities named in reports."""
    runs: int
    """Runs in the journal whose outcome names it."""
    walks: tuple[Path, ...]
    """Unfinished walks."""
    reports: tuple[Path, ...]
    watched: tuple[str, ...]
    """Lines of the watch list."""
    copies: tuple[Path, ...]
    """Other databases in the folder that contain it or cannot be read."""
    tables: tuple[str, ...]
    """The user's own tables in the database."""

    @property
    def any(self) -> bool:
        """Whether anything names the subject."""
        return any((self.rows, self.named, self.runs, self.walks, self.reports, self.watched, self.copies, self.tables))


def subject_for(con: duckdb.DuckDBPyConnection | None, database: Path, wanted: str, kind: Kind | None) -> Subject:
    """Find the entity of an ID; raises AmbiguousNameError or NothingNamesItError.

    A name without an entity may occur in texts and tags, unless it is an ordinary word. `con` is None without a
    database.
    """
    found = [] if con is None else entities_named(con, wanted, kind)
    logger.debug("%d entities have or had the given name", len(found))
    if len(found) > 1:
        raise AmbiguousNameError(wanted, found)
    if con is not None and found:
        return subject_of(con, found[0])
    subject = subject_of_name(wanted) if kind is None or con is None else None
    if subject is None:
        raise NothingNamesItError(database, wanted, nearest_names(con, wanted))
    return subject if con is not None else replace(subject, alone=_names_in_journal(database, wanted))


def _names_in_journal(database: Path, wanted: str) -> tuple[str, ...]:
    """Return an ID with the names and Hub ids that the journal has for it."""
    named = Journal(database).named_since(datetime.min.replace(tzinfo=UTC))
    same = [(one.hub_id, one.id) for one in named if wanted in (one.hub_id, one.id)]
    return tuple(dict.fromkeys(word for word in (wanted, *(word for pair in same for word in pair)) if word))


def traces(con: duckdb.DuckDBPyConnection | None, settings: Settings, subject: Subject) -> Traces:
    """Find every place that names the subject; `con` is None without a database."""
    files, journal = Files.of(settings.database), Journal(settings.database)
    named = journal.named_since(datetime.min.replace(tzinfo=UTC))
    watch_file = settings.watch_file
    listed = watch_file.read_text("utf-8", errors="replace").splitlines() if watch_file.exists() else []
    return Traces(
        rows=() if con is None else tuple(mentions(con, subject)),
        named=sum(_is_subject(one, subject) for one in named),
        runs=sum(re.search(subject.technical, run.detail or "") is not None for run in journal.runs()),
        walks=tuple(
            folder
            for folder in sorted(files.spool.glob("*"))
            if any(_file_names(file, subject) for file in sorted(folder.glob("*")))
        ),
        reports=tuple(file for file in _report_files(settings.reports) if _file_names(file, subject)),
        watched=tuple(line for line in listed if re.search(subject.technical, line)),
        copies=tuple(copy for copy in _databases_in_folder(files) if _holds(copy, subject)),
        tables=() if con is None else tuple(foreign_mentions(con, subject)),
    )


def _report_files(folder: Path) -> list[Path]:
    """Return the files of reports and of their site: 2026-W19.html, index.html, feed.xml."""
    named = re.compile(r"\.?(hubtrends-|\d{4}-W\d\d\b|index\.html|latest\.html|feed\.xml)")
    return sorted(path for path in folder.glob("*") if named.match(path.name) and path.is_file())


def forget_all(
    settings: Settings, subject: Subject, found: Traces, log: Callable[[str], None], *, delete_reports: bool
) -> None:
    """Delete everything that names the subject; raises WriterBusyError while a crawl runs."""
    spool = Files.of(settings.database).spool
    with writer_lock(Files(spool), LockWait(WaitPolicy(limit=0), time, log)):
        logger.debug(
            "forgetting: %d places in tables, %d walks, %d reports (%s)",
            len(found.rows), len(found.walks), len(found.reports), "deleted" if delete_reports else "kept",
        )  # fmt: skip
        for folder in found.walks:
            discard(folder)
        for report in found.reports if delete_reports else ():
            report.unlink(missing_ok=True)
        Journal(settings.database).rewrite(lambda con: _forget_in_journal(con, subject))
        if found.rows:
            commit(
                settings.database,
                lambda con: forget(con, subject),
                on_wait=log,
                wait=WaitPolicy(limit=settings.wait_seconds),
                clock=time,
                repack=True,
            )


def _is_subject(named: WatchedEntity, subject: Subject) -> bool:
    entity = subject.entity
    if entity is None:
        return not {named.id.lower(), named.hub_id}.isdisjoint(name.lower() for name in subject.alone)
    names = {name.lower() for name in subject.of_kind}
    return named.hub_id == entity.hub_id or (named.kind is entity.kind and named.id.lower() in names)


def _forget_in_journal(con: sqlite3.Connection, subject: Subject) -> None:
    con.create_function("without_name", 1, lambda text: text and without_name(text, subject.technical))
    con.execute("UPDATE runs SET detail = without_name(detail) WHERE detail IS NOT NULL")
    hub_id = subject.entity.hub_id if subject.entity else subject.alone[0]
    con.execute("DELETE FROM named WHERE hub_id = ?", (hub_id,))
    for name in subject.alone if subject.entity is None else subject.of_kind:
        con.execute(
            "DELETE FROM named WHERE lower(id) = lower(?1) AND (?2 IS NULL OR kind = ?2)",
            (name, subject.entity.kind if subject.entity else None),
        )


def _file_names(file: Path, subject: Subject) -> bool:
    """Return whether a file, text or Parquet, names the subject."""
    if file.suffix != ".parquet":
        return re.search(subject.technical, file.read_text(encoding="utf-8", errors="replace")) is not None
    frame = pl.scan_parquet(file)
    texts = [name for name, dtype in frame.collect_schema().items() if dtype == pl.String]
    named = pl.any_horizontal(pl.col(texts).str.contains(subject.technical))
    return not frame.filter(named).select(texts[:1]).head(1).collect().is_empty()


def _databases_in_folder(files: Files) -> Iterator[Path]:
    """Yield other DuckDB files in the folder, such as backups."""
    own = {files.database, files.copy, files.packed, *(files.log(suffix) for suffix in LOGS)}
    for path in sorted(files.database.parent.glob("*")):
        if path not in own and path.is_file():
            with path.open("rb") as file:
                if file.read(12)[8:] == DUCKDB_MAGIC:
                    yield path


def _holds(path: Path, subject: Subject) -> bool:
    try:
        return holds(path, subject)
    except (StoreError, duckdb.Error):
        return True
