"""Read and write the intent record, with which the next start finishes an interrupted commit.

The record is written after the copy is complete, and states which file was copied. A truncated record does not
parse and counts as missing.
"""

from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from crawler.durable import sync, write_durably
from db.commit.paths import Files, FileSet, FileStamp


@dataclass(frozen=True, slots=True)
class Intent:
    """States that the file `copy` is complete and may replace `original`, but no other file."""

    original: FileSet
    copy: FileStamp


_INTENT = TypeAdapter(Intent)


def write_intent(files: Files, intent: Intent) -> None:
    """Write the record and its directory entry to disk."""
    write_durably(files.intent, _INTENT.dump_json(intent))
    sync(files.intent.parent)


def read_intent(files: Files) -> Intent | None:
    """Return the record of an interrupted commit, None if missing or invalid."""
    try:
        return _INTENT.validate_json(files.intent.read_bytes())
    except (FileNotFoundError, ValidationError):
        return None
