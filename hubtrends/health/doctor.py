"""Checks everything and says how to mend it.

    installation    the packages are ours, the libraries fit
    configuration   the file is right
    contents        a sample of every table can be read; on request every row, and all invariants of the schema
    database        opens, is whole, has the names of this version; no commit was cut off; journal and spool can be read
    machine         room, folders, clock, daemon
    network         the address of the Hub, proxies and certificates as the environment sets them
    the Hub         a token, and on request whether it answers and which stored repositories are private now

Without a right configuration nobody knows which database is meant. Nothing is changed.
"""

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib.metadata import requires

from db.commit.disk_space import disk_room
from db.commit.lock import writer
from db.commit.paths import Files
from hubtrends.config.load import ConfigError
from hubtrends.config.settings import Settings
from hubtrends.errors import JournalDamagedError, JournalNotWritableError
from hubtrends.health.contents import check_backups, check_invariants, check_pages
from hubtrends.health.finding import Finding, Verdict, bad, ok
from hubtrends.health.installation import check_libraries, check_packages, imported, installed_version
from hubtrends.health.machine import check_clock, check_daemon, check_folder, check_room
from hubtrends.health.network import check_network
from hubtrends.health.online import check_hub, check_login, hub_token, not_asked
from hubtrends.health.private import check_private
from hubtrends.health.store import Looked, check_commit, check_journal, check_spool, look_into, not_looked
from hubtrends.jobs.journal import Heartbeat, Journal

HUB_SECONDS = 10.0
"""How long the Hub's one answer may take: a person waits for it."""


def examine(
    configured: Settings | ConfigError,
    now: datetime,
    *,
    online: bool,
    deep: bool = False,
    tell: Callable[[str], None] = lambda _: None,
) -> list[Finding]:
    """Run every check; `configured` is what reading the configuration gave.

    `online` asks the Hub, too; `deep` reads all of the database; `tell` gets a line for each step of that.
    """
    return [
        check_packages(imported()),
        *check_libraries(requires("hubtrends") or (), installed_version),
        *(
            _mistakes(configured)
            if isinstance(configured, ConfigError)
            else _of_store(configured, now, tell, deep=deep)
        ),
        *check_network(os.environ),
        check_login(),
        *(_of_hub(configured, now) if online else [not_asked()]),
    ]


def is_well(findings: list[Finding]) -> bool:
    """Whether nothing is so bad that it must be mended first."""
    return all(finding.verdict is not Verdict.BAD for finding in findings)


def _mistakes(error: ConfigError) -> Iterator[Finding]:
    for problem in error.problems:
        yield bad("configuration", f"{error.path}: {problem}", "mend it in that file")
    yield not_looked()


def _of_hub(configured: Settings | ConfigError, now: datetime) -> Iterator[Finding]:
    """What private names are stored is asked only of a Hub that answers."""
    answers = check_hub(HUB_SECONDS, now)
    yield answers
    if answers.verdict is Verdict.OK and isinstance(configured, Settings):
        yield check_private(configured.database, hub_token(), HUB_SECONDS, now)


def _of_store(settings: Settings, now: datetime, tell: Callable[[str], None], *, deep: bool) -> Iterator[Finding]:
    path = settings.database
    yield ok("configuration", "it is right")
    pages = check_pages(path, tell, deep=deep)
    yield from pages
    looked = look_into(path, now) if is_well(pages) else Looked(())
    heartbeat = _heartbeat(settings)
    yield from looked.findings
    if deep and pages and is_well([*pages, *looked.findings]):
        yield from check_invariants(path, tell)
    if deep:
        yield check_backups(path)
    yield check_commit(path)
    yield check_journal(path, looked.reports)
    yield from check_spool(path)
    yield check_room(disk_room(path))
    yield check_folder("folder", Files.of(path).database.parent)
    yield check_folder("reports", settings.reports)
    yield check_clock([*looked.newest, *([heartbeat.beat_at] if heartbeat else [])], now)
    yield check_daemon(heartbeat, writer(Files(Files.of(path).beside(".spool"))), now)


def _heartbeat(settings: Settings) -> Heartbeat | None:
    """The daemon's sign of life, where the journal can be read; where it cannot, that has a finding of its own."""
    try:
        return Journal(settings.database).heartbeat()
    except (JournalDamagedError, JournalNotWritableError):
        return None
