"""Keeps a walk on disk, page by page, until the store has taken it in.

One folder a walk:

    walk.json       what is walked: written once, when it starts
    pages.ndjson    one line a page: listing, file, checksum, requests, rejections and the next path; a line may
                    replace several earlier ones, whose pages were read into one file
    000001.parquet  the rows of page 1, or of a batch of pages that ends with it
    000002.json     page 2 as it came, until its batch is read

A page is its line: the file is written and synced first, then the line is appended and synced. A crash costs the page
under way at most: from the first line that is not as it was written, or whose file is not, the lines are dropped when
the walk is resumed, and a file without a line is written anew. Nothing else is remembered, so a walk that was cut
off goes on from what the lines say.

A full walk brings its pages in batches (see `batches`): such a page is only received, and its body is on disk before
the next is asked for. Reading many at once costs a third of reading each alone.
"""

import io
import itertools
import os
import shutil
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import TypeAdapter

from crawler.durable import checksum_matches, sync, verify_checksum, with_checksum, within_room, write_durably
from crawler.kinds import Kind, Scope
from crawler.plan import LOOK_UP
from crawler.schema.misfits import DroppedValue, Rejection
from crawler.spool.fingerprints import fingerprints


@dataclass(frozen=True, slots=True)
class SpoolHeader:
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
    listing: str
    records: int
    """Rows in its file; a page without rows has none."""
    items: int
    """What came: rejected, private and surplus items included."""
    rejections: tuple[Rejection, ...]
    requests: int
    next_path: str | None
    """Where the listing goes on; None when it has ended."""
    fields: dict[str, str] = field(default_factory=dict)
    """The Hub's own fields and their JSON types, on the first page of a listing."""
    status: int = 200
    """Of the answer; a look-up of something that is not there has another."""
    carried: dict[str, int] = field(default_factory=dict)
    """How many of the rows have a value in each column; the last page of a batch tells of the whole batch."""
    file: str = ""
    """The file that holds its rows, or its body; a page without rows has none."""
    checksum: int | None = None
    """CRC-32 of its file."""
    dropped: tuple[DroppedValue, ...] = ()
    """The first values that were left out of its rows."""
    values_dropped: int = 0
    """How many there were."""
    private: tuple[str, ...] = ()
    """Digests of the private items that came and were dropped (see `crawler.schema.private`)."""

    @property
    def public(self) -> int:
        """How many of its items anyone may see."""
        return self.items - len(self.private)

    @property
    def is_received(self) -> bool:
        """Whether it lies there as it came, and is not read yet: its `records` are a guess."""
        return self.file.endswith(BODY)


_header = TypeAdapter(SpoolHeader)
_line: TypeAdapter[SpooledPage | list[SpooledPage]] = TypeAdapter(SpooledPage | list[SpooledPage])


HEADER, PAGES = "walk.json", "pages.ndjson"
BODY, ROWS = ".json", ".parquet"


class Spool:
    """The folder of one walk, opened for adding pages."""

    def __init__(
        self, folder: Path, header: SpoolHeader, pages: list[SpooledPage], damaged: Path | None = None
    ) -> None:
        self.folder, self.header, self.pages = folder, header, pages
        self.damaged = damaged
        """The first file that is not as it was written; pages that were dropped for it are fetched again."""

    @classmethod
    def begin(cls, folder: Path, header: SpoolHeader) -> "Spool":
        """Start a walk in an empty folder; whatever lay there is gone. Raises SpoolFullError."""
        discard(folder)
        with within_room(folder):
            folder.mkdir(parents=True)
            write_durably(folder / HEADER, with_checksum(_header.dump_python(header, mode="json")))
            sync(folder)
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
        pages = _told(lines)
        files = dict.fromkeys((page.file, page.checksum) for page in pages if page.file)
        damaged = next((file for file, checksum in files if not checksum_matches(folder / file, checksum)), None)
        first = next((page.number for page in pages if page.file == damaged), len(pages) + 1)
        sound = list(itertools.takewhile(lambda line: line[0][-1].number < first, lines))
        if (folder / PAGES).exists():
            os.truncate(folder / PAGES, sum(length for _, length in sound))
        return cls(folder, header, _told(sound), None if damaged is None else folder / damaged)

    @classmethod
    def seen(cls, folder: Path) -> "Spool | None":
        """Look at a walk that may be under way, and change nothing; None where there is none that can be read."""
        header = _read_header(folder)
        return None if header is None else cls(folder, header, _told(_whole_lines(folder)))

    def add(self, page: SpooledPage, frame: pl.DataFrame) -> None:
        """Put a page on disk for good: its rows with their fingerprints, if it has any, then its line.

        Raises SpoolFullError.
        """
        if page.records:
            (page,) = self._written([replace(page, carried=_counts(frame))], self._parquet(frame), ROWS)
        self._tell(asdict(page))
        self.pages.append(page)

    def receive(self, page: SpooledPage, body: bytes) -> None:
        """Put a page on disk as it came. Raises SpoolFullError."""
        (page,) = self._written([page], body, BODY)
        self._tell(asdict(page))
        self.pages.append(page)

    @property
    def received(self) -> list[SpooledPage]:
        """The pages that are not read yet, the last ones."""
        return list(itertools.takewhile(lambda page: page.is_received, reversed(self.pages)))[::-1]

    def body(self, page: SpooledPage) -> bytes:
        """A received page as it came."""
        return (self.folder / page.file).read_bytes()

    def settle(self, pages: Sequence[SpooledPage], frame: pl.DataFrame) -> None:
        """Tell the received pages anew, now that they are read, with the rows of them all in one file.

        Raises SpoolFullError.
        """
        bodies = [self.folder / page.file for page in self.received]
        pages = [replace(page, file="", checksum=None) for page in pages]
        if len(frame):
            pages[-1] = replace(pages[-1], carried=_counts(frame))
            pages = self._written(pages, self._parquet(frame), ROWS)
        self._tell([asdict(page) for page in pages])
        self.pages[-len(pages) :] = pages
        for body in bodies:
            body.unlink()

    def _written(self, pages: Sequence[SpooledPage], body: bytes, suffix: str) -> list[SpooledPage]:
        """The pages, whose file is now on disk under the number of the last."""
        file = f"{pages[-1].number:06}{suffix}"
        with within_room(self.folder):
            write_durably(self.folder / file, body)
            sync(self.folder)
        return [replace(page, file=file, checksum=zlib.crc32(body)) for page in pages]

    def _tell(self, told: object) -> None:
        with within_room(self.folder):
            write_durably(self.folder / PAGES, with_checksum(told), mode="ab")

    def _parquet(self, frame: pl.DataFrame) -> bytes:
        """The rows as a file holds them: in memory first, for polars hides what the system says of a full disk."""
        buffer = io.BytesIO()
        frame.hstack([fingerprints(self.header.kind, frame)]).write_parquet(buffer, compression="lz4")
        return buffer.getvalue()

    @property
    def files(self) -> list[Path]:
        """The files that hold rows, in the order of the walk."""
        return self._rows_of(self.pages)

    def files_of(self, numbers: Iterable[int]) -> list[Path]:
        """The files that hold the rows of these pages."""
        return self._rows_of(self.pages[number - 1] for number in numbers)

    def _rows_of(self, pages: Iterable[SpooledPage]) -> list[Path]:
        files = dict.fromkeys(page.file for page in pages if page.records and not page.is_received)
        return [self.folder / file for file in files]

    def entities(self, listing: str) -> pl.Series:
        """What a listing has shown so far: the ids of its rows, and what was rejected."""
        pages = [page for page in self.pages if page.listing == listing]
        rejected = [rejection.raw for page in pages for rejection in page.rejections]
        ids = [pl.read_parquet(file, columns=["hub_id"])["hub_id"] for file in self._rows_of(pages)]
        return pl.concat([*ids, pl.Series("hub_id", rejected, pl.String)])

    def listed(self, ids: Collection[str], hub_ids: Collection[str]) -> tuple[set[str], set[str]]:
        """Those of these names, and of these ids of the Hub's own, that the walk's lists have shown.

        With them go the ids of all rejected items, for what was rejected was shown.
        """
        pages = [page for page in self.pages if not page.listing.startswith(LOOK_UP)]
        rejected = [rejection for page in pages for rejection in page.rejections]
        names = {one.name for one in rejected if one.name}
        own_ids = {one.hub_id for one in rejected if one.hub_id}
        files = self._rows_of(pages)
        if files and (ids or hub_ids):
            wanted = pl.col("id").is_in(list(ids)) | pl.col("hub_id").is_in(list(hub_ids))
            rows = pl.scan_parquet(files).select("id", "hub_id").filter(wanted).collect(engine="streaming")
            names.update(rows["id"].to_list())
            own_ids.update(rows["hub_id"].to_list())
        return names, own_ids


def _counts(frame: pl.DataFrame) -> dict[str, int]:
    return {column.name: column.count() for column in frame}


def discard(folder: Path) -> None:
    """Remove a walk's folder, if there is one; its header first, so that half a folder is no walk."""
    if folder.exists():
        (folder / HEADER).unlink(missing_ok=True)
        shutil.rmtree(folder)


def _read_header(folder: Path) -> SpoolHeader | None:
    try:
        return _header.validate_python(verify_checksum((folder / HEADER).read_bytes()))
    except (FileNotFoundError, ValueError):
        return None


def _whole_lines(folder: Path) -> Iterator[tuple[list[SpooledPage], int]]:
    """The lines up to the first that a crash has left without its end: the pages that each tells, and its bytes."""
    if not (folder / PAGES).exists():
        return
    known = 0
    with (folder / PAGES).open("rb") as lines:
        for line in lines:
            pages = _pages_of(line)
            if not pages or pages[-1].number != max(known, pages[0].number) or pages[0].number > known + 1:
                return
            known = pages[-1].number
            yield pages, len(line)


def _pages_of(line: bytes) -> list[SpooledPage]:
    try:
        told = _line.validate_python(verify_checksum(line))
    except ValueError:
        return []
    return told if isinstance(told, list) else [told]


def _told(lines: Iterable[tuple[list[SpooledPage], int]]) -> list[SpooledPage]:
    """The pages in their order, each as it was told last."""
    return list({page.number: page for pages, _ in lines for page in pages}.values())
