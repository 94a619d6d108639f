"""Store the walks of a run in one commit, or in parts if one is slow.

    early   complete walks, while others still run: removal look-ups, a commit, then their spools are discarded
    rest    the remaining walks, when all have ended: the same steps, with `finish` in the same commit

A commit copies the database, which takes seconds. So a run makes one commit if its kinds end within minutes of each
other. A kind that fails for an hour, or walks the whole Hub, does not delay the others.
"""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, field

import duckdb

from crawler.http.client import HubClient
from crawler.removals import verify_removals
from crawler.spool.spool import discard
from crawler.walk import Walk
from db.commit.commit import commit
from db.commit.lock import WaitPolicy
from db.connect import open_readonly
from db.errors import DatabaseBusyError, DatabaseMissingError, StoreError
from db.ingest.ingest import StoredSnapshot, ingest_walks
from db.ingest.removals import canary, suspects
from db.queries import mirror_journal
from db.schema.migrate import check_version
from db.schema.upgrade import migrate_with_backup
from hubtrends.failures import explain
from hubtrends.jobs.context import RunContext, RunRecord
from hubtrends.jobs.reference import store_reference
from hubtrends.version import VERSION

logger = logging.getLogger(__name__)


Finish = Callable[[duckdb.DuckDBPyConnection, HubClient], None]
"""A change that is added to the last commit; receives its working copy and the Hub."""


def no_finish(_con: duckdb.DuckDBPyConnection, _client: HubClient) -> None:
    """Change nothing: the default of `finish`."""


@dataclass
class WalkStore:
    """Stores the walks of a run and keeps the list of stored snapshots."""

    context: RunContext
    run: RunRecord
    client: HubClient
    accept_removals: bool
    finish: Finish = no_finish
    """Called with the working copy of the last commit, after the ingest. It catches its own errors."""
    taken: list[StoredSnapshot] = field(default_factory=list)
    finished: bool = False
    """Whether the changes of `finish` are stored."""

    def early(self, walks: Sequence[Walk]) -> bool:
        """Store complete walks while others run; return False if that fails."""
        try:
            taken = self._store(walks)
        except (StoreError, OSError) as error:
            self.context.reporter.log(f"not stored yet: {explain(error)}")
            return False
        stored = "; ".join(snapshot.describe() for snapshot in taken)
        self.context.reporter.log(f"stored before the other kinds, which continue: {stored}")
        self.run.notes.append(f"stored early: {stored}")
        return True

    def rest(self, walks: Sequence[Walk]) -> list[StoredSnapshot]:
        """Store the remaining walks; raises the failure of a run without any snapshot."""
        failure = next((walk.failure for walk in walks if walk.failure is not None), None)
        brought_rows = any(page.records for walk in walks for page in walk.spool.pages)
        if failure is not None and not self.taken and not brought_rows:
            raise failure
        return self._store(walks, self.finish)

    def _store(self, walks: Sequence[Walk], finish: Finish = no_finish) -> list[StoredSnapshot]:
        self._confirm(walks)
        taken = self._commit(walks, finish)
        self.taken.extend(taken)
        for walk in walks:
            discard(walk.spool.folder)
        return taken

    def _confirm(self, walks: Sequence[Walk]) -> None:
        """Look up the entities that the walks missed, within the limit of look-ups."""
        settings = self.context.settings
        for walk in (walk for walk in walks if walk.complete):
            try:
                with open_readonly(settings.database) as con:
                    if check_version(con) == 0:
                        return
                    found = suspects(con, walk, settings.crawl.lookups)
                    known = canary(con, walk) if found.entities else None
            except (DatabaseMissingError, DatabaseBusyError):
                return
            verify = known is not None and (self.accept_removals or not found.is_mass_removal)
            logger.debug(
                "%s: %d entities may be removed, mass removal %s, canary %s: %s",
                walk.spool.header.kind.plural, len(found.entities), found.is_mass_removal, known is not None,
                "looking them up" if verify else "no look-up",
            )  # fmt: skip
            if known is not None and verify:
                verify_removals(walk.spool, self.client, found.entities, known, self.context.reporter)

    def _commit(self, walks: Sequence[Walk], finish: Finish) -> list[StoredSnapshot]:
        """Commit the walks and the changes of `finish`; repeat without `finish` if it breaks the session."""
        if finish is no_finish:
            return self._commit_once(walks, finish)
        reached = False

        def watched_finish(con: duckdb.DuckDBPyConnection, client: HubClient) -> None:
            nonlocal reached
            reached = True
            finish(con, client)

        try:
            stored = self._commit_once(walks, watched_finish)
        except (duckdb.Error, StoreError):
            if not reached:
                raise
            logger.exception("the commit failed after the ingest; repeating it with the snapshots alone")
            return self._commit_once(walks, no_finish)
        self.finished = True
        return stored

    def _commit_once(self, walks: Sequence[Walk], finish: Finish) -> list[StoredSnapshot]:
        context, taken = self.context, list[StoredSnapshot]()

        def change(con: duckdb.DuckDBPyConnection) -> None:
            migrate_with_backup(con, context.settings.database, context.now(), VERSION, context.reporter.log)
            store_reference(con, context.settings, context.reporter.log)
            taken.extend(ingest_walks(con, walks, VERSION, accept_removals=self.accept_removals))
            mirror_journal(con, [astuple(run) for run in context.journal.runs()])
            finish(con, self.client)

        logger.info("storing %s", ", ".join(walk.spool.header.kind.plural for walk in walks))
        commit(
            context.settings.database,
            change,
            on_wait=context.reporter.log,
            wait=WaitPolicy(limit=context.settings.wait_seconds),
            clock=time,
        )
        return taken
