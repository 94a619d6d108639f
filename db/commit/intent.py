"""The intent record: what the next start needs in order to finish an interrupted commit.

It is written once the copy is whole, and names the original that the copy was made from. A torn record does not parse
and counts as missing.
"""

from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from crawler.durable import sync, write_durably
from db.commit.paths import Files, FileSet, FileStamp


@dataclass(frozen=True, slots=True)
class Intent:
    """States that the file `copy` is whole and may replace `original` and no other file."""

    original: FileSet
    copy: FileStamp


_INTENT = TypeAdapter(Intent)


def write_intent(files: Files, intent: Intent) -> None:
    """Write the record to disk, its name included."""
    write_durably(files.intent, _INTENT.dump_json(intent))
    sync(files.intent.parent)


def read_intent(files: Files) -> Intent | None:
    """Return the record of an interrupted commit, None if there is none that parses."""
    try:
        return _INTENT.validate_json(files.intent.read_bytes())
    except (FileNotFoundError, ValidationError):
        return None
