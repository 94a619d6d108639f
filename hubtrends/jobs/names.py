"""Turn what a person types into the name of a stored entity."""

import logging
from collections.abc import Callable
from pathlib import Path

import duckdb

from db.names import Fit, fitting_names, has_name
from hubtrends.errors import UnknownEntityError
from hubtrends.watchlist.parse import Named, named

logger = logging.getLogger(__name__)

SHOWN = 5
"""Names that a message suggests."""


def resolve(
    con: duckdb.DuckDBPyConnection, database: Path, typed: str, log: Callable[[str], None], *, worst: Fit = Fit.START
) -> Named:
    """Return the one stored name that the text means; `log` gets a name that differs from it.

    The text is a name, a Hub id, the address of a page, a name without its owner, or the start of a name. A fit that is
    worse than `worst` is only suggested. Raises UnknownEntityError with the nearest names.
    """
    wanted = named(typed)
    if wanted.kind is None and has_name(con, wanted.id):
        return wanted
    found = fitting_names(con, wanted.id, wanted.kind)
    best = [name for name in found if name.fit is found[0].fit]
    logger.debug("%d names fit the word best", len(best))
    if not best or best[0].fit > worst or (len({n.id for n in best}) > 1 and len({n.entity_key for n in best}) > 1):
        raise UnknownEntityError(database, typed, tuple(dict.fromkeys(name.id for name in found))[:SHOWN])
    if best[0].fit is not Fit.EXACT:
        log(f"'{typed}' is {best[0].id}")
    return Named(best[0].id, wanted.kind)


def certain_name(con: duckdb.DuckDBPyConnection, database: Path, typed: str, log: Callable[[str], None]) -> Named:
    """Return the stored name for a text that differs from it by case only or is its address, else the text itself."""
    try:
        return resolve(con, database, typed, log, worst=Fit.CASE)
    except UnknownEntityError:
        return Named(named(typed).id)


def nearest_names(con: duckdb.DuckDBPyConnection | None, typed: str) -> tuple[str, ...]:
    """Return the stored names that fit a text best, at most `SHOWN`; none without a database."""
    wanted = named(typed)
    found = fitting_names(con, wanted.id, wanted.kind) if con else []
    return tuple(dict.fromkeys(name.id for name in found))[:SHOWN]
