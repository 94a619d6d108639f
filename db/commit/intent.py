"""The intent record: what a later start has to know to finish a commit that was cut off.

It is written once the copy is whole, and says which original the copy was made from. A torn record does not
parse, and counts as none.
"""

from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from crawler.durable import sync
from db.commit.paths import Files, FileSet, FileStamp


@dataclass(frozen=True, slots=True)
class Intent:
    """Says that the file `copy` is whole, and that it may replace `original` and no other."""

    original: FileSet
    copy: FileStamp


_INTENT = TypeAdapter(Intent)


def write_intent(files: Files, intent: Intent) -> None:
    """Puts the record on the disk, its name included."""
    files.intent.write_bytes(_INTENT.dump_json(intent))
    sync(files.intent)
    sync(files.intent.parent)


def read_intent(files: Files) -> Intent | None:
    """Gives the record of a commit that was cut off, None if there is none that parses."""
    try:
        return _INTENT.validate_json(files.intent.read_bytes())
    except (FileNotFoundError, ValidationError):
        return None
