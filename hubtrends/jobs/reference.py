"""Write the owners and topics of the configuration into their tables."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import duckdb

from db.reference import Owner, Reference, Topic, merge_owners, owners_in
from db.reference_tables import write_reference
from hubtrends.config.settings import Settings
from hubtrends.errors import NotTextError, OwnersFileError
from hubtrends.files import read_small_text

MAX_FILE_BYTES = 2**20


def reference_of(settings: Settings) -> Reference:
    """Return the configured owners and topics; raises OwnersFileError."""
    own = _own_owners(settings.owners) if settings.owners else ()
    return Reference(merge_owners(own), _topics(settings))


def store_reference(con: duckdb.DuckDBPyConnection, settings: Settings, log: Callable[[str], None]) -> None:
    """Write the configured owners and topics within a commit.

    An unusable file of owners does not stop a crawl: it is logged, and the stored owners and topics stay.
    """
    try:
        write_reference(con, reference_of(settings))
    except OwnersFileError as error:
        log(f"owners and topics stay as they were: {error}")


def _own_owners(path: Path) -> tuple[Owner, ...]:
    try:
        text = read_small_text(path, MAX_FILE_BYTES)
        return owners_in(text, path.name, hashlib.sha256(text.encode()).hexdigest()[:12])
    except (OSError, NotTextError, ValueError) as error:
        raise OwnersFileError(path, [getattr(error, "strerror", None) or str(error)]) from error


def _topics(settings: Settings) -> tuple[Topic, ...]:
    return tuple(
        Topic(
            topic=topic.topic,
            tags=topic.tags,
            tasks=topic.tasks,
            words=topic.words,
            owners=tuple(owner.lower() for owner in topic.owners),
            without_words=topic.without_words,
            min_parameters=topic.min_parameters,
            max_parameters=topic.max_parameters,
            kinds=tuple(kind.value for kind in topic.kinds),
            source="settings",
        )
        for topic in settings.topics
    )
