"""Keeps a walk on disk, page by page, until the store has ingested it.

One folder a walk:

    walk.json       the header: written once, when the walk starts
    pages.ndjson    one line a page: listing, file, checksum, requests, rejections and the next path; a line may
                    replace several earlier ones, whose pages were read into one file
    000001.parquet  the rows of page 1, or of a batch of pages that ends with it
    000002.json     the body of page 2, until its batch is parsed

The file of a page is written and synced first, then its line is appended and synced. A page exists only if its line
exists, so a crash loses at most the page in progress. A resumed walk continues from its lines; there is no other state.
It drops all lines from the first one that is damaged or whose file is damaged. A file without a line is overwritten.

A full walk parses its pages in batches (see `batches`): the body of each page is on disk before the next request.
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

from crawler.durable import (
    checksum_matches,
    make_folder,
    raise_if_disk_full,
    sync,
    verify_checksum,
    with_checksum,
    write_durably,
)
from crawler.kinds import Kind, Scope
from crawler.plan import ListingKind
from crawler.schema.rejections import DroppedValue, Rejection
from crawler.spool.fingerprints import fingerprints


@dataclass(frozen=True, slots=True)
class SpoolHeader:
    """The kind, scope and settings of a walk. An interrupted walk is resumed only if they are unchanged."""

    walk_id: str
    run_id: str
    kind: Kind
    scope: Scope
    observed_at: datetime
    started_at: datetime
    endpoint: str
    settings: dict[str, Any]
    """The settings that decide which lists are walked, and the requested fields."""


@dataclass(frozen=True, slots=True)
class SpooledPage:
    """One page on disk."""

    number: int
    listing: str
    records: int
    """Rows in its file; a page without rows has none."""
    items: int
    """The items of the response, including rejected, private and surplus ones."""
    rejections: tuple[Rejection, ...]
    requests: int
    next_path: str | None
    """The next path of the listing; None at its end."""
    fields: dict[str, str] = field(default_factory=dict)
    """The Hub's own fields and their JSON types, on the first page of a listing."""
    status: int = 200
    """HTTP status of the answer; the look-up of an absent entity has another."""
    carried: dict[str, int] = field(default_factory=dict)
    """How many rows have a value in each column; the last page of a batch has the counts of the batch."""
    file: str = ""
    """The file that holds its rows, or its body; a page without rows has none."""
    checksum: int | None = None
    """CRC-32 of its file."""
    dropped: tuple[DroppedValue, ...] = ()
    """The first values that were dropped from its rows."""
    values_dropped: int = 0
    """How many values were dropped from its rows."""
    private: tuple[str, ...] = ()
    """Digests of dropped private items (see `crawler.schema.private`)."""

    @property
    def public(self) -> int:
        """How many of its items are public."""
        return self.items - len(self.private)

    @property
    def is_received(self) -> bool:
        """Whether the page is not parsed yet; until then `records` counts all of its items."""
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
        """The first damaged file; the pages dropped because of it are fetched again."""

    @classmethod
    def begin(cls, folder: Path, header: SpoolHeader) -> "Spool":
        """Start a walk in an emptied folder. Raises SpoolFullError."""
        discard(folder)
        with raise_if_disk_full(folder):
            make_folder(folder)
            (folder / PAGES).touch()
            write_durably(folder / HEADER, with_checksum(_header.dump_python(header, mode="json")))
            sync(folder)
        return cls(folder, header, [])

    @classmethod
    def resume(cls, folder: Path) -> "Spool | None":
        """Open an interrupted walk; None if no header can be read.

        Truncates the lines at the first damaged one, or at the first page whose file is damaged: only the crawl that
        holds the lock may resume.
        """
        header = _read_header(folder)
        if header is None:
            return None
        lines = list(_whole_lines(folder))
        pages = _latest(lines)
        files = dict.fromkeys((page.file, page.checksum) for page in pages if page.file)
        damaged = next((file for file, checksum in files if not checksum_matches(folder / file, checksum)), None)
        first = next((page.number for page in pages if page.file == damaged), len(pages) + 1)
        sound = list(itertools.takewhile(lambda line: line[0][-1].number < first, lines))
        if (folder / PAGES).exists():
            os.truncate(folder / PAGES, sum(length for _, length in sound))
        return cls(folder, header, _latest(sound), None if damaged is None else folder / damaged)

    @classmethod
    def seen(cls, folder: Path) -> "Spool | None":
        """Open a walk that may be in progress, read-only; None if no header can be read."""
        header = _read_header(folder)
        return None if header is None else cls(folder, header, _latest(_whole_lines(folder)))

    def add(self, page: SpooledPage, frame: pl.DataFrame) -> None:
        """Put a page on disk: its rows with their fingerprints, if it has any, then its line.

        Raises SpoolFullError.
        """
        if page.records:
            (page,) = self._written([replace(page, carried=_counts(frame))], self._parquet(frame), ROWS)
        self._append(asdict(page))
        self.pages.append(page)

    def receive(self, page: SpooledPage, body: bytes) -> None:
        """Store a page without parsing it. Raises SpoolFullError."""
        (page,) = self._written([page], body, BODY)
        self._append(asdict(page))
        self.pages.append(page)

    @property
    def received(self) -> list[SpooledPage]:
        """The last pages, which are not parsed yet."""
        return list(itertools.takewhile(lambda page: page.is_received, reversed(self.pages)))[::-1]

    def body(self, page: SpooledPage) -> bytes:
        """Return the body of a received page, unchanged."""
        return (self.folder / page.file).read_bytes()

    def store_batch(self, pages: Sequence[SpooledPage], frame: pl.DataFrame) -> None:
        """Replace the lines of the received pages by parsed ones, and write all their rows to one file.

        Raises SpoolFullError.
        """
        bodies = [self.folder / page.file for page in self.received]
        pages = [replace(page, file="", checksum=None) for page in pages]
        if len(frame):
            pages[-1] = replace(pages[-1], carried=_counts(frame))
            pages = self._written(pages, self._parquet(frame), ROWS)
        self._append([asdict(page) for page in pages])
        self.pages[-len(pages) :] = pages
        for body in bodies:
            body.unlink()

    def _written(self, pages: Sequence[SpooledPage], body: bytes, suffix: str) -> list[SpooledPage]:
        """Write a file named after the last of the pages; return the pages with its name."""
        file = f"{pages[-1].number:06}{suffix}"
        with raise_if_disk_full(self.folder):
            write_durably(self.folder / file, body)
            sync(self.folder)
        return [replace(page, file=file, checksum=zlib.crc32(body)) for page in pages]

    def _append(self, line: object) -> None:
        with raise_if_disk_full(self.folder):
            write_durably(self.folder / PAGES, with_checksum(line), mode="ab")

    def _parquet(self, frame: pl.DataFrame) -> bytes:
        """Return the rows as Parquet, made in memory because polars hides the errno of a full disk."""
        buffer = io.BytesIO()
        frame.hstack([fingerprints(self.header.kind, frame)]).write_parquet(buffer, compression="lz4")
        return buffer.getvalue()

    @property
    def files(self) -> list[Path]:
        """The files that hold rows, in the order of the walk."""
        return self._rows_of(self.pages)

    def files_of(self, numbers: Iterable[int]) -> list[Path]:
        """Return the files that hold the rows of these pages."""
        return self._rows_of(self.pages[number - 1] for number in numbers)

    def _rows_of(self, pages: Iterable[SpooledPage]) -> list[Path]:
        files = dict.fromkeys(page.file for page in pages if page.records and not page.is_received)
        return [self.folder / file for file in files]

    def entities(self, listing: str) -> pl.Series:
        """Return the entities that a listing has shown so far: the ids of its rows, and the JSON of rejected items."""
        pages = [page for page in self.pages if page.listing == listing]
        rejected = [rejection.raw for page in pages for rejection in page.rejections]
        ids = [pl.read_parquet(file, columns=["hub_id"])["hub_id"] for file in self._rows_of(pages)]
        return pl.concat([*ids, pl.Series("hub_id", rejected, pl.String)])

    def listed(self, ids: Collection[str], hub_ids: Collection[str]) -> tuple[set[str], set[str]]:
        """Return which of these names and Hub ids the walk's lists have shown.

        The ids of all rejected items are included: a rejected item was shown as well.
        """
        pages = [page for page in self.pages if ListingKind.of(page.listing) is not ListingKind.LOOKUP]
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
    """Remove a walk's folder, its header first, so that half a folder is no walk."""
    if folder.exists():
        (folder / HEADER).unlink(missing_ok=True)
        sync(folder)
        shutil.rmtree(folder)


def _read_header(folder: Path) -> SpoolHeader | None:
    try:
        return _header.validate_python(verify_checksum((folder / HEADER).read_bytes()))
    except (FileNotFoundError, ValueError):
        return None


def _whole_lines(folder: Path) -> Iterator[tuple[list[SpooledPage], int]]:
    """Yield the pages and the length of each line, up to the first damaged one."""
    if not (folder / PAGES).exists():
        return
    known = 0
    with (folder / PAGES).open("rb") as lines:
        for line in lines:
            try:
                found = _line.validate_python(verify_checksum(line))
            except ValueError:
                return
            pages = found if isinstance(found, list) else [found]
            if not pages or pages[-1].number != max(known, pages[0].number) or pages[0].number > known + 1:
                return
            known = pages[-1].number
            yield pages, len(line)


def _latest(lines: Iterable[tuple[list[SpooledPage], int]]) -> list[SpooledPage]:
    """Return the pages in order, each by its latest line."""
    return list({page.number: page for pages, _ in lines for page in pages}.values())
