"""The watch list: a text file with one entry a line, edited by hand or by 'hubtrends watch'.

`parse.parse_entry` reads a line; '#' starts a comment. Adding and removing keep all other lines. The file is replaced
as a whole or not at all. A list with invalid lines raises one WatchFileError that names them all.
"""

import logging
import os
import re
from collections.abc import Iterable
from pathlib import Path

from crawler.durable import make_folder, replace_durably, write_durably
from hubtrends.errors import NotTextError, WatchEntryError, WatchFileError
from hubtrends.files import read_small_text
from hubtrends.watchlist.parse import WatchEntry, links_in, parse_entry

logger = logging.getLogger(__name__)

HEADER = """\
# The watch list, one entry per line: org/name (a model), dataset:org/name, space:org/name, paper:2401.01234,
# author:name, or a link to any of them. Every report shows these entries, even without a change.
"""

MAX_FILE_BYTES = 2**24

MAX_READING_LIST_BYTES = 2**26

COMMENT = re.compile(r"(?:^|\s)#.*")


def read(path: Path) -> tuple[WatchEntry, ...]:
    """Return the distinct entries in the order of the file; nothing without a file."""
    entries = tuple(dict.fromkeys(entry for _, entry in _parsed(path, _lines(path)) if entry))
    logger.debug("%d entries in %s", len(entries), path)
    return entries


def add(path: Path, entries: Iterable[WatchEntry]) -> tuple[WatchEntry, ...]:
    """Append entries to the list and return the new ones."""
    lines = _lines(path)
    known = {entry for _, entry in _parsed(path, lines)}
    new = tuple(entry for entry in dict.fromkeys(entries) if entry not in known)
    if new:
        _replace(path, [*(lines or HEADER.splitlines()), *map(str, new)])
    return new


def remove(path: Path, entries: Iterable[WatchEntry]) -> tuple[WatchEntry, ...]:
    """Remove entries with the comments on their lines; return those that were in the list."""
    unwanted = frozenset(entries)
    parsed = _parsed(path, _lines(path))
    removed = tuple(dict.fromkeys(entry for _, entry in parsed if entry in unwanted and entry))
    if removed:
        _replace(path, [line for line, entry in parsed if entry not in unwanted])
    return removed


def entries_in_reading_list(source: Path) -> list[WatchEntry]:
    """Return an entry for each Hub and arXiv link in a text file of a person."""
    try:
        return links_in(_read(source, MAX_READING_LIST_BYTES, errors="replace"))
    except FileNotFoundError as error:
        raise WatchFileError(source, ("no such file",)) from error


def _lines(path: Path) -> list[str]:
    try:
        return _read(path, MAX_FILE_BYTES).splitlines()
    except FileNotFoundError:
        return []


def _read(path: Path, most: int, errors: str = "strict") -> str:
    try:
        return read_small_text(path, most, errors=errors)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise WatchFileError(path, (f"cannot be read: {error.strerror}",)) from error
    except NotTextError as error:
        raise WatchFileError(path, (f"cannot be read: it {error}",)) from error


def _parsed(path: Path, lines: list[str]) -> list[tuple[str, WatchEntry | None]]:
    """Pair each line with its entry, or with None for a comment; raises WatchFileError."""
    parsed: list[tuple[str, WatchEntry | None]] = []
    problems = []
    for number, line in enumerate(lines, start=1):
        text = COMMENT.sub("", line).strip()
        try:
            parsed.append((line, parse_entry(text) if text else None))
        except WatchEntryError as error:
            problems.append(f"line {number}: {error}")
    if problems:
        raise WatchFileError(path, tuple(problems))
    return parsed


def _replace(path: Path, lines: list[str]) -> None:
    """Replace the file in one step: a reader sees the old list or the new one.

    A symbolic link stays one. The temporary name has the process in it, because two commands may write at once.
    """
    target = path.resolve()
    new = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        make_folder(target.parent)
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o644
        try:
            write_durably(new, "".join(f"{line}\n" for line in lines).encode())
            new.chmod(mode)
            replace_durably(new, target)
        finally:
            new.unlink(missing_ok=True)
    except OSError as error:
        raise WatchFileError(path, (f"cannot be written: {error.strerror}",)) from error
