"""Whether the store holds the name of a repository that is private by now.

A version before this one stored what a token's lists contained, and a public repository can become private at any time.
The Hub tells a token's owner: the namespaces of the token are listed where the store knows repositories of them, so
that a check costs a few requests.
"""

import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path

import duckdb

from crawler.account import namespaces, private_hub_ids
from crawler.errors import CrawlError
from crawler.http.client import HubClient, RetryPolicy, hub_client
from crawler.http.rate_limiter import RateLimiter
from db.errors import DatabaseMissing, StoreError
from db.owned import Owned, names_of, stored_namespaces
from db.readonly import open_readonly
from db.schema.migrate import check_version
from hubtrends.health.finding import Finding, ok, skipped, warning
from hubtrends.version import VERSION

MOST_PAGES = 50
"""Of 1000 repositories each: more than nearly every organisation has, and a tenth of an anonymous quota."""

LONGEST_WAIT_SECONDS = 5.0
"""Between two requests: a person waits for the check."""

SHOWN = 20
"""Names in the finding; the check is repeated once these are gone."""

REMEDY = "`hubtrends forget ID` removes one with every row that names it"


class WouldWaitError(Exception):
    """The Hub's quota is spent for the moment."""


class _Silent:
    """Hears of waits and tells nobody: a check has one finding."""

    def on_wait(self, path: str, cause: str, seconds: float) -> None:
        return None


def check_private(database: Path, token: str | None, timeout_seconds: float, now: datetime) -> Finding:
    """Ask the Hub which stored repositories of the token's owner are private now."""
    if token is None:
        return skipped("private", "without a token the Hub shows nothing private")
    rate_limiter = RateLimiter(0.0, time.monotonic, _pause)
    policy = RetryPolicy(attempts=1, max_wait_seconds=1.0, window_seconds=0.0)
    try:
        with hub_client(
            rate_limiter, policy, _Silent(), timeout_seconds=timeout_seconds, version=VERSION, now=lambda: now
        ) as client:
            return _look(client, database)
    except WouldWaitError:
        return skipped("private", "the Hub's quota is spent: try again in five minutes")
    except CrawlError as error:
        return skipped("private", f"the Hub does not tell: {str(error).partition('. ')[0]}")
    except DatabaseMissing:
        return ok("private", "nothing is stored yet")
    except (StoreError, duckdb.Error):
        return skipped("private", "the database cannot be read now")


def _look(client: HubClient, database: Path) -> Finding:
    owners = namespaces(client)
    with open_readonly(database) as con:
        wanted = stored_namespaces(con, owners) if check_version(con) else []
    pages = list(islice(_pages(client, wanted), MOST_PAGES + 1))
    with open_readonly(database) as con:
        names = [f"{owned.kind} {name}" for owned, hub_ids in pages for name in names_of(con, owned.kind, hub_ids)]
    unasked = f" ({MOST_PAGES:,} pages were looked at, and there are more)" if len(pages) > MOST_PAGES else ""
    if names:
        return warning("private", f"stored, and private now: {_listed(names)}{unasked}", REMEDY)
    if unasked:
        return skipped("private", f"nothing found so far{unasked}")
    return ok("private", f"nothing stored of {', '.join(owners)} is private now")


def _pages(client: HubClient, wanted: Sequence[Owned]) -> Iterator[tuple[Owned, frozenset[str]]]:
    for owned in wanted:
        for hub_ids in private_hub_ids(client, owned.kind, owned.namespace):
            yield owned, hub_ids


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN:,} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def _pause(seconds: float) -> None:
    if seconds > LONGEST_WAIT_SECONDS:
        raise WouldWaitError
    time.sleep(max(seconds, 0.0))
