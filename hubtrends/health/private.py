"""Checks whether the database names a repository that is private now.

Earlier versions stored private repositories that a token could see, and a public repository can become private at any
time. Then only the token of its owner shows it. So the check lists the private repositories of those namespaces of the
token that are in the database.
"""

from datetime import datetime
from itertools import islice
from pathlib import Path

import duckdb

from crawler.account import namespaces, private_hub_ids
from crawler.errors import CrawlError
from crawler.http.client import HubClient
from db.connect import open_readonly
from db.errors import DatabaseMissingError, StoreError
from db.queries import names_of, stored_namespaces
from db.schema.migrate import check_version
from hubtrends.errors import WouldWaitError
from hubtrends.health.finding import Finding, ok, skipped, warning
from hubtrends.health.online import probe_client

MAX_PAGES = 50
"""Maximum number of pages to request, with 1000 repositories each; 50 are a tenth of an anonymous quota."""

MAX_WAIT_SECONDS = 5.0
"""Longest wait between two requests; short, because a person waits for the check."""

MAX_NAMES = 20
"""Maximum number of names in the finding; after `forget`, another check shows more."""

REMEDY = "`hubtrends forget ID` deletes one with every row that names it"


def check_private(database: Path, token: str | None, timeout_seconds: float, now: datetime) -> Finding:
    """Ask the Hub which stored repositories of the token's owner are private now."""
    if token is None:
        return skipped("private", "the Hub shows private repositories only with a token")
    try:
        with probe_client(timeout_seconds, now, max_wait_seconds=MAX_WAIT_SECONDS) as client:
            return _check(client, database)
    except WouldWaitError:
        return skipped("private", "the Hub's quota is spent: try again in five minutes")
    except CrawlError as error:
        return skipped("private", f"the Hub does not answer: {str(error).partition('. ')[0]}")
    except DatabaseMissingError:
        return ok("private", "nothing is stored yet")
    except (StoreError, duckdb.Error):
        return skipped("private", "the database cannot be read now")


def _check(client: HubClient, database: Path) -> Finding:
    owners = namespaces(client)
    with open_readonly(database) as con:
        wanted = stored_namespaces(con, owners) if check_version(con) else []
    asked = ((owned, ids) for owned in wanted for ids in private_hub_ids(client, owned.kind, owned.namespace))
    pages = list(islice(asked, MAX_PAGES + 1))
    with open_readonly(database) as con:
        names = [f"{owned.kind} {name}" for owned, hub_ids in pages for name in names_of(con, owned.kind, hub_ids)]
    partial = f" (after {MAX_PAGES:,} pages; there are more)" if len(pages) > MAX_PAGES else ""
    if names:
        more = f" and {len(names) - MAX_NAMES:,} more" if len(names) > MAX_NAMES else ""
        return warning("private", f"stored, and private now: {', '.join(names[:MAX_NAMES])}{more}{partial}", REMEDY)
    if partial:
        return skipped("private", f"nothing found so far{partial}")
    return ok("private", f"nothing stored of {', '.join(owners)} is private now")
