"""Runs every check of `hubtrends doctor`.

    installation    packages and versions of libraries
    configuration   the file is valid
    contents        a sample of every table is readable; with --deep every row, and all invariants
    store           database, interrupted commit, log, journal, spool
    machine         disk space, folders, clock, daemon
    network         address of the Hub, proxies and certificates of the environment
    online          token; with --online whether the Hub answers
    private         with --online stored repositories that are private now

Without a valid configuration the database is unknown, so its checks are skipped. The checks change nothing.
"""

import logging
import os
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from importlib.metadata import requires

from db.commit.disk_space import disk_room
from db.commit.lock import writer
from db.commit.paths import Files
from hubtrends.config.settings import Settings
from hubtrends.errors import ConfigError, JournalDamagedError, JournalNotWritableError
from hubtrends.health.contents import check_backups, check_invariants, check_pages
from hubtrends.health.finding import Finding, Verdict, bad, ok, skipped
from hubtrends.health.installation import check_libraries, check_packages, find_packages, installed_version
from hubtrends.health.machine import check_clock, check_daemon, check_disk_space, check_folder
from hubtrends.health.network import check_network
from hubtrends.health.online import check_hub, check_login, hub_token
from hubtrends.health.private import check_private
from hubtrends.health.store import Inspection, check_commit, check_journal, check_log, check_spool, inspect_database
from hubtrends.jobs.journal import Journal

logger = logging.getLogger(__name__)

HUB_TIMEOUT_SECONDS = 10.0
"""Timeout of a request to the Hub; short, because a person waits for the answer."""


def run_checks(
    configured: Settings | ConfigError,
    now: datetime,
    *,
    online: bool,
    deep: bool = False,
    log: Callable[[str], None] = lambda _: None,
) -> list[Finding]:
    """Run every check; `configured` is the settings, or the error of an invalid configuration file.

    `online` sends requests to the Hub; `deep` reads the whole database; `log` receives a line per step of the reading.
    """
    found = [check_packages(find_packages()), *check_libraries(requires("hubtrends") or (), installed_version)]
    if isinstance(configured, ConfigError):
        found += [bad("configuration", f"{configured.path}: {one}", "correct the file") for one in configured.problems]
        found += [skipped("database", "its path is unknown without a valid configuration")]
    else:
        found += _check_database(configured, now, log, deep=deep)
    found += [*check_network(os.environ), check_login()]
    hub = check_hub(HUB_TIMEOUT_SECONDS, now) if online else skipped("hub", "not asked; --online sends one request")
    found.append(hub)
    if hub.verdict is not Verdict.OK:
        found.append(skipped("private", f"not checked because of the finding '{hub.check}'"))
    elif isinstance(configured, Settings):
        found.append(check_private(configured.database, hub_token(), HUB_TIMEOUT_SECONDS, now))
    for finding in found:
        logger.debug("%s: %s, %s", finding.check, finding.verdict, finding.what)
    return found


def is_healthy(findings: Iterable[Finding]) -> bool:
    """Return whether nothing needs repair."""
    return all(finding.verdict is not Verdict.BAD for finding in findings)


def _check_database(settings: Settings, now: datetime, log: Callable[[str], None], *, deep: bool) -> Iterator[Finding]:
    path = settings.database
    yield ok("configuration", "it is valid")
    pages = check_pages(path, log, deep=deep)
    yield from pages
    inspection = inspect_database(path, now) if is_healthy(pages) else Inspection(())
    yield from inspection.findings
    if deep and pages and is_healthy([*pages, *inspection.findings]):
        yield from check_invariants(path, log)
    if deep:
        yield check_backups(path)
    yield check_commit(path)
    yield check_log(path)
    yield check_journal(path, inspection.reports)
    yield from check_spool(path)
    yield check_disk_space(disk_room(path))
    yield check_folder("folder", Files.of(path).database.parent)
    yield check_folder("reports", settings.reports)
    try:
        heartbeat = Journal(path).heartbeat()
    except (JournalDamagedError, JournalNotWritableError):  # check_journal reports it
        heartbeat = None
    yield check_clock([*inspection.observed, *([heartbeat.beat_at] if heartbeat else [])], now)
    yield check_daemon(heartbeat, writer(Files(Files.of(path).spool)), now)
