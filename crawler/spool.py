"""Keeps a walk on disk, page by page, until the store has taken it in.

One folder a walk:

    walk.json       what is walked: written once, when it starts
    pages.ndjson    one line a page: its leg, its file, what it cost, its rejections, and where its leg goes on
    000001.parquet  the rows of page 1

A page is its line: the file is written and synced first, then the line is appended and synced. A crash costs the page
under way at most: a line that was cut short is dropped when the folder is opened again, and a file without a line is
written anew. Nothing else is remembered, so a walk that was cut off goes on from what the lines say.
"""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import TypeAdapter, ValidationError

from crawler.kinds import Kind, Scope
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

    @property
    def file(self) -> str:
        return f"{self.number:06}.parquet"


_header = TypeAdapter(WalkHeader)
_page = TypeAdapter(SpooledPage)


class Spool:
    """The folder of one walk, opened for adding pages."""

    def __init__(self, folder: Path, header: WalkHeader, pages: list[SpooledPage]) -> None:
        self.folder, self.header, self.pages = folder, header, pages

    @classmethod
    def begin(cls, folder: Path, header: WalkHeader) -> "Spool":
        """Start a walk in an empty folder; whatever lay there is gone."""
        discard(folder)
        folder.mkdir(parents=True)
        _write_synced(folder / "walk.json", _header.dump_json(header))
        sync_folder(folder)
        return cls(folder, header, [])

    @classmethod
    def resume(cls, folder: Path) -> "Spool | None":
        """Open a walk that was cut off, or return None where there is none that can be read."""
        try:
            header = _header.validate_json((folder / "walk.json").read_bytes())
            return cls(folder, header, list(_whole_pages(folder)))
        except (FileNotFoundError, ValidationError):
            return None

    def add(self, page: SpooledPage, frame: pl.DataFrame) -> None:
        """Put a page on disk for good: its rows, if it has any, then its line."""
        if page.records:
            with (self.folder / page.file).open("wb") as file:
                frame.write_parquet(file, compression="lz4")
                file.flush()
                os.fsync(file.fileno())
        line = json.dumps(asdict(page), ensure_ascii=True)
        with (self.folder / "pages.ndjson").open("ab") as file:
            file.write(line.encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        self.pages.append(page)

    @property
    def files(self) -> list[Path]:
        """The files that hold rows, in the order of the walk."""
        return [self.folder / page.file for page in self.pages if page.records]

    def seen(self) -> tuple[set[str], set[str]]:
        """The names and the Hub's own ids of everything seen so far."""
        if not self.files:
            return set(), set()
        seen = pl.scan_parquet(self.files).select("id", "hub_id").collect()
        return set(seen["id"].to_list()), set(seen["hub_id"].to_list())


def discard(folder: Path) -> None:
    """Remove a walk's folder, if there is one."""
    if folder.exists():
        shutil.rmtree(folder)


def _whole_pages(folder: Path) -> Iterator[SpooledPage]:
    """The pages whose lines are whole; a line cut short by a crash is cut off the file."""
    journal = folder / "pages.ndjson"
    if not journal.exists():
        return
    whole = 0
    for line in journal.read_bytes().splitlines(keepends=True):
        if not line.endswith(b"\n"):
            break
        yield _page.validate_json(line)
        whole += len(line)
    os.truncate(journal, whole)


def _write_synced(path: Path, body: bytes) -> None:
    with path.open("wb") as file:
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
