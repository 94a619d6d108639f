"""Writes walks and stores without a Hub: a test gives the pages, the spool has the crawler's format.

`Store.take` is one walk from its first page to its commit; `spool_walk` makes the walk alone.
"""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import polars as pl

from crawler.errors import CrawlError
from crawler.kinds import Kind, Scope
from crawler.schema.columns import PLACES, PLACES_A_PAGE, page_columns
from crawler.schema.rejections import DroppedValue, Rejection
from crawler.schema.value_types import BETWEEN
from crawler.spool.spool import Spool, SpooledPage, SpoolHeader
from crawler.walk import Walk
from db.connect import session
from db.ingest.ingest import StoredSnapshot, ingest_walks
from db.ingest.rows import SLICE_SIZES, SliceSizes
from db.schema.migrate import migrate

Row = dict[str, Any]

T0 = datetime(2026, 9, 7, 10, tzinfo=UTC)
"""A Monday."""


def day(days: float) -> datetime:
    """Return the moment a number of days after T0."""
    return T0 + timedelta(days=days)


def repo(hub_id: str, **columns: object) -> Row:
    """Return a row of a repository with common defaults; values that the Hub states in tags become tags."""
    usual = {"id": f"org/{hub_id}", "author": "org", "created_at": day(-400), "tags": ["region:us"], "gated": "no"}
    row: Row = {"hub_id": hub_id, **usual, "disabled": False, **columns}
    if row["tags"] is not None:
        row["tags"] = [*row["tags"], *_tags(columns)]
    return {name: value for name, value in row.items() if name not in _NAMESPACES and name != "base_relation"}


_NAMESPACES = {"license": "license", "languages": "language", "base_models": "base_model", "papers": "arxiv"}


def _tags(columns: Row) -> Iterator[str]:
    for name, namespace in _NAMESPACES.items():
        said = columns.get(name) or []
        relation = f"{columns['base_relation']}:" if name == "base_models" and columns.get("base_relation") else ""
        yield from (f"{namespace}:{relation}{word}" for word in ([said] if isinstance(said, str) else said))


def paper(hub_id: str, **columns: object) -> Row:
    """Return a row of a paper."""
    return {"hub_id": hub_id, "id": hub_id, "title": f"On {hub_id}", "created_at": day(-10), **columns}


def article(hub_id: str, **columns: object) -> Row:
    """Return a row of a blog article."""
    return {"hub_id": hub_id, "id": f"org/{hub_id}", "title": f"About {hub_id}", "created_at": day(-10), **columns}


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a walk; `ranked` marks a page of the trending list."""

    rows: Sequence[Row] = ()
    listing: str = "all"
    ranked: bool = False
    fields: dict[str, str] = field(default_factory=dict)
    rejections: tuple[Rejection, ...] = ()
    dropped: tuple[DroppedValue, ...] = ()


class CutOffError(CrawlError):
    """A walk that failed before its end."""

    def __str__(self) -> str:
        return "the Hub went away"


def spool_walk(
    folder: Path,
    kind: Kind,
    at: datetime,
    *pages: Page,
    scope: Scope = Scope.HEAD,
    cut_off: bool = False,
    run: str = "run",
    settings: Mapping[str, object] | None = None,
) -> Walk:
    """Return a finished walk of these pages."""
    header = SpoolHeader(folder.name, run, kind, scope, at, at, "http://hub.test", dict(settings or {}))
    spool = Spool.begin(folder, header)
    for number, page in enumerate(pages, 1):
        spooled = SpooledPage(
            number, page.listing, len(page.rows), len(page.rows) + len(page.rejections), page.rejections, 1, None,
            dict(page.fields), dropped=page.dropped, values_dropped=len(page.dropped),
        )  # fmt: skip
        spool.add(spooled, _frame(kind, number, page))
    return Walk(spool, at + timedelta(minutes=5), CutOffError() if cut_off else None)


def _frame(kind: Kind, number: int, page: Page) -> pl.DataFrame:
    schema = {**page_columns(kind), **PLACES}
    assert all(row.keys() <= schema.keys() for row in page.rows)
    rows = [
        {"rank": place + 1 if page.ranked else None} | _joined(row) | {"place": number * PLACES_A_PAGE + place}
        for place, row in enumerate(page.rows)
    ]
    return pl.DataFrame(rows, schema=schema)


def _joined(row: Row) -> Row:
    return {name: BETWEEN.join(value) or None if isinstance(value, list) else value for name, value in row.items()}


@dataclass(frozen=True, slots=True)
class Store:
    """A migrated file, attached as `hub` and selected by USE, and a folder for its walks."""

    con: duckdb.DuckDBPyConnection
    file: Path
    walks: Path

    def walk(
        self,
        kind: Kind,
        at: datetime,
        *rows_or_pages: Row | Page,
        scope: Scope = Scope.HEAD,
        cut_off: bool = False,
        run: str | None = None,
        settings: Mapping[str, object] | None = None,
    ) -> Walk:
        """Return a finished walk of these pages; bare rows form one page."""
        rows = [given for given in rows_or_pages if not isinstance(given, Page)]
        pages = [given for given in rows_or_pages if isinstance(given, Page)]
        folder = self.walks / f"walk-{len(list(self.walks.iterdir()))}"
        return spool_walk(
            folder, kind, at, *([Page(rows)] if rows else []), *pages, scope=scope, cut_off=cut_off,
            run=run or f"run of {at:%Y-%m-%d %H:%M}", settings=settings,
        )  # fmt: skip

    def take(
        self,
        kind: Kind,
        at: datetime,
        *rows_or_pages: Row | Page,
        scope: Scope = Scope.HEAD,
        cut_off: bool = False,
        settings: Mapping[str, object] | None = None,
        sizes: SliceSizes = SLICE_SIZES,
        accept_removals: bool = False,
    ) -> StoredSnapshot:
        """Walk and commit."""
        walk = self.walk(kind, at, *rows_or_pages, scope=scope, cut_off=cut_off, settings=settings)
        (taken,) = ingest_walks(self.con, [walk], "1.0", sizes=sizes, accept_removals=accept_removals)
        return taken

    def ask(self, query: str, parameters: object = None) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        return self.con.execute(query, parameters).fetchall()

    def one(self, query: str, parameters: object = None) -> Any:
        """Return the only value of a query."""
        ((value,),) = self.ask(query, parameters)
        return value

    def records(self, query: str, parameters: object = None) -> list[dict[str, Any]]:
        """Return the rows of a query by column name."""
        rows = self.ask(query, parameters)
        names = [column[0] for column in self.con.description or ()]
        return [dict(zip(names, row, strict=True)) for row in rows]


@cache
def _migrated() -> bytes:
    with TemporaryDirectory() as folder:
        file = Path(folder, "hub.duckdb")
        with session(file, "STORAGE_VERSION 'v1.4.0'") as con:
            migrate(con, T0, "1.0")
        return file.read_bytes()


@contextlib.contextmanager
def new_store(folder: Path) -> Iterator[Store]:
    """Return an empty migrated store, created once per process."""
    file, walks = folder / "hub.duckdb", folder / "walks"
    file.write_bytes(_migrated())
    walks.mkdir()
    with session(file) as con:
        yield Store(con, file, walks)
