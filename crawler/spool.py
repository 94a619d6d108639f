"""Keeps a walk on disk, page by page, until the store has taken it in.

One folder a walk:

    walk.json       what is walked: written once, when it starts
    pages.ndjson    one line a page: its leg, its file and that file's checksum, what it cost, its rejections, and where
                    its leg goes on
    000001.parquet  the rows of page 1

A page is its line: the file is written and synced first, then the line is appended and synced. A crash costs the page
under way at most: from the first line that is not whole, or whose file is not as it was written, the lines are dropped
when the walk is resumed, and a file without a line is written anew. Nothing else is remembered, so a walk that was cut
off goes on from what the lines say.
"""

import contextlib
import errno
import io
import itertools
import json
import os
import shutil
import zlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import polars as pl
from pydantic import TypeAdapter, ValidationError

from crawler.errors import SpoolFull
from crawler.fingerprints import fingerprints
from crawler.kinds import Kind, Scope
from crawler.legs import LOOK_UP
from crawler.pages import Rejection


@dataclass(frozen=True, slots=True)
class WalkHeader:
    """What a walk is: a walk that was cut off is continued only under the same."""

    walk_id: str
    run_id: str
    kind: Kind
    scope: Scope
    observed_at: datetime
    started_at: datetime
    endpoint: str
    settings: dict[str, Any]
    """Everything that decides which lists are walked and which fields are asked for."""


@dataclass(frozen=True, slots=True)
class SpooledPage:
    """One page on disk."""

    number: int
    leg: str
    records: int
    """Rows in its file; a page without rows has none."""
    items: int
    """What came, rejected and surplus items included."""
    rejections: tuple[Rejection, ...]
    requests: int
    next_path: str | None
    """Where the leg goes on; None when it has ended."""
    fields: dict[str, str] = field(default_factory=dict)
    """The Hub's own fields and their JSON types, on the first page of a leg."""
    status: int = 200
    """Of the answer; a look-up of something that is not there has another."""
    carried: dict[str, int] = field(default_factory=dict)
    """How many of the rows have a value in each column."""
    checksum: int | None = None
    """CRC-32 of its file; None where it has none, or an older version wrote it."""

    @property
    def file(self) -> str:
        return f"{self.number:06}.parquet"


_header = TypeAdapter(WalkHeader)
_page = TypeAdapter(SpooledPage)


HEADER, PAGES = "walk.json", "pages.ndjson"


class Spool:
    """The folder of one walk, opened for adding pages."""

    def __init__(self, folder: Path, header: WalkHeader, pages: list[SpooledPage], damaged: Path | None = None) -> None:
        self.folder, self.header, self.pages = folder, header, pages
        self.damaged = damaged
        """The first file that is not as it was written; pages that were dropped for it are fetched again."""

    @classmethod
    def begin(cls, folder: Path, header: WalkHeader) -> "Spool":
        """Start a walk in an empty folder; whatever lay there is gone. Raises SpoolFull."""
        discard(folder)
        with _within_room(folder):
            folder.mkdir(parents=True)
            _write_synced(folder / HEADER, _header.dump_json(header))
            sync_folder(folder)
        return cls(folder, header, [])

    @classmethod
    def resume(cls, folder: Path) -> "Spool | None":
        """Open a walk that was cut off, for going on with it; None where there is none that can be read.

        What a crash has left of a line is cut off the file, and so is every line from the first damaged page on: only
        the one crawl that holds the lock may resume.
        """
        header = _read_header(folder)
        if header is None:
            return None
        lines = list(_whole_lines(folder))
        sound = list(itertools.takewhile(lambda line: _is_sound(folder, line[0]), lines))
        if (folder / PAGES).exists():
            os.truncate(folder / PAGES, sum(length for _, length in sound))
        damaged = folder / lines[len(sound)][0].file if len(sound) < len(lines) else None
        return cls(folder, header, [page for page, _ in sound], damaged)

    @classmethod
    def seen(cls, folder: Path) -> "Spool | None":
        """Look at a walk that may be under way, and change nothing; None where there is none that can be read."""
        header = _read_header(folder)
        return None if header is None else cls(folder, header, [page for page, _ in _whole_lines(folder)])

    def add(self, page: SpooledPage, frame: pl.DataFrame) -> None:
        """Put a page on disk for good: its rows with their fingerprints, if it has any, then its line.

        Raises SpoolFull.
        """
        body = _parquet(frame.hstack([fingerprints(self.header.kind, frame)])) if page.records else b""
        if body:
            carried = {column.name: column.count() for column in frame}
            page = replace(page, carried=carried, checksum=zlib.crc32(body))
        line = json.dumps(asdict(page), ensure_ascii=True)
        with _within_room(self.folder):
            if body:
                _write_synced(self.folder / page.file, body)
                sync_folder(self.folder)
            _write_synced(self.folder / PAGES, line.encode() + b"\n", mode="ab")
        self.pages.append(page)

    @property
    def files(self) -> list[Path]:
        """The files that hold rows, in the order of the walk."""
        return [self.folder / page.file for page in self.pages if page.records]

    def files_of(self, numbers: Iterable[int]) -> list[Path]:
        """The files of these pages."""
        return [self.folder / self.pages[number - 1].file for number in numbers]

    def things(self, leg: str) -> set[str]:
        """What a leg has shown so far: the ids of its rows, and what was rejected."""
        pages = [page for page in self.pages if page.leg == leg]
        files = [self.folder / page.file for page in pages if page.records]
        rows = pl.read_parquet(files, columns=["hub_id"])["hub_id"].to_list() if files else []
        return {*rows, *(rejection.raw for page in pages for rejection in page.rejections)}

    def listed(self, ids: Collection[str], hub_ids: Collection[str]) -> tuple[set[str], set[str]]:
        """Those of these names, and of these ids of the Hub's own, that the walk's lists have shown."""
        files = [self.folder / page.file for page in self.pages if page.records and not page.leg.startswith(LOOK_UP)]
        if not files or not (ids or hub_ids):
            return set(), set()
        wanted = pl.col("id").is_in(list(ids)) | pl.col("hub_id").is_in(list(hub_ids))
        rows = pl.scan_parquet(files).select("id", "hub_id").filter(wanted).collect(engine="streaming")
        return set(rows["id"].to_list()), set(rows["hub_id"].to_list())


def discard(folder: Path) -> None:
    """Remove a walk's folder, if there is one; its header first, so that half a folder is no walk."""
    if folder.exists():
        (folder / HEADER).unlink(missing_ok=True)
        shutil.rmtree(folder)


def _read_header(folder: Path) -> WalkHeader | None:
    try:
        return _header.validate_json((folder / HEADER).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def _whole_lines(folder: Path) -> Iterator[tuple[SpooledPage, int]]:
    """The pages up to the first that a crash has left without a whole line, each with the bytes of its line."""
    if not (folder / PAGES).exists():
        return
    with (folder / PAGES).open("rb") as lines:
        for number, line in enumerate(lines, 1):
            page = _whole_page(line)
            if page is None or page.number != number:
                return
            yield page, len(line)


def _whole_page(line: bytes) -> SpooledPage | None:
    try:
        page = _page.validate_json(line)
    except ValidationError:
        return None
    return page if line.endswith(b"\n") else None


def _is_sound(folder: Path, page: SpooledPage) -> bool:
    """Whether the page's file is as it was written; 3 M rows are 600 MB, read within seconds."""
    try:
        return not page.records or page.checksum in (None, zlib.crc32((folder / page.file).read_bytes()))
    except OSError:
        return False


def _parquet(frame: pl.DataFrame) -> bytes:
    """The rows as a file holds them: in memory first, for polars hides what the system says of a full disk."""
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="lz4")
    return buffer.getvalue()


@contextlib.contextmanager
def _within_room(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise SpoolFull(folder) from error
        raise


def _write_synced(path: Path, body: bytes, mode: Literal["wb", "ab"] = "wb") -> None:
    with path.open(mode) as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
