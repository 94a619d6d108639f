"""Stores the walks of one run: in one commit as a rule, in parts where one kind keeps the others waiting.

    whole walks, while others go on for minutes    -> look-ups, a commit, their spools discarded
    the rest, when all walks have ended            -> the same

A commit copies the database, which takes seconds, so a run is stored in one as long as its kinds end within minutes of
each other. A kind that fails for an hour, or walks the whole Hub, must not keep the others from being stored.
"""

import time
from collections.abc import Sequence
from dataclasses import astuple, dataclass, field

import duckdb

from crawler.http.client import HubClient
from crawler.removals import confirm
from crawler.spool.spool import discard
from crawler.walk import Walk
from db.commit.commit import commit
from db.commit.wait import WaitPolicy
from db.errors import DatabaseBusy, DatabaseMissing, StoreError
from db.ingest.ingest import ingest_walks
from db.ingest.removals import control, suspects
from db.ingest.stored import StoredSnapshot
from db.queries import mirror_journal
from db.readonly import open_readonly
from db.schema.migrate import check_version
from db.schema.upgrade import migrate_with_backup
from hubtrends.exit_codes import explain
from hubtrends.jobs.context import RunContext, RunRecord
from hubtrends.version import VERSION


@dataclass
class Storing:
    """Stores what a run has walked, and knows what it has stored."""

    context: RunContext
    run: RunRecord
    client: HubClient
    accept_removals: bool
    taken: list[StoredSnapshot] = field(default_factory=list)
    """The snapshots that are stored."""

    def early(self, walks: Sequence[Walk]) -> bool:
        """Store whole walks while others go on; return False where that cannot be, for they are stored at the end."""
        try:
            taken = self._store(walks)
        except (StoreError, OSError) as error:
            self.context.reporter.log(f"not stored yet: {explain(error)}")
            return False
        told = "; ".join(snapshot.told() for snapshot in taken)
        self.context.reporter.log(f"stored before the other kinds, which go on: {told}")
        self.run.notes.append(f"stored early: {told}")
        return True

    def rest(self, walks: Sequence[Walk]) -> list[StoredSnapshot]:
        """Store the walks that have ended last, whole or not; raises what made the run bring nothing at all."""
        failure = next((walk.failure for walk in walks if walk.failure is not None), None)
        if failure is not None and not self.taken and not _brought_rows(walks):
            raise failure
        return self._store(walks)

    def _store(self, walks: Sequence[Walk]) -> list[StoredSnapshot]:
        self._confirm(walks)
        taken = self._commit(walks)
        self.taken.extend(taken)
        for walk in walks:
            discard(walk.spool.folder)
        return taken

    def _confirm(self, walks: Sequence[Walk]) -> None:
        """Look up what the walks give reason to think gone, within the rate_limiter of look-ups."""
        settings = self.context.settings
        for walk in (walk for walk in walks if walk.complete):
            try:
                with open_readonly(settings.database) as con:
                    if check_version(con) == 0:
                        return
                    found = suspects(con, walk, settings.crawl.lookups)
                    known = control(con, walk) if found.entities else None
            except (DatabaseMissing, DatabaseBusy):
                return
            if known is not None and (self.accept_removals or not found.is_mass_removal):
                confirm(walk.spool, self.client, found.entities, known, self.context.reporter)

    def _commit(self, walks: Sequence[Walk]) -> list[StoredSnapshot]:
        context, taken = self.context, list[StoredSnapshot]()

        def change(con: duckdb.DuckDBPyConnection) -> None:
            migrate_with_backup(con, context.settings.database, context.now(), VERSION)
            taken.extend(ingest_walks(con, walks, VERSION, accept_removals=self.accept_removals))
            mirror_journal(con, [astuple(run) for run in context.journal.runs()])

        commit(
            context.settings.database,
            change,
            on_wait=context.reporter.log,
            wait=WaitPolicy(limit=context.settings.wait_seconds),
            clock=time,
        )
        return taken


def _brought_rows(walks: Sequence[Walk]) -> bool:
    return any(page.records for walk in walks for page in walk.spool.pages)
