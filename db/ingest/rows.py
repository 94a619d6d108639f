"""Stores the rows of a walk slice by slice, so that memory does not grow with the Hub.

    repeats             rows that show an entity again; the first row counts
    for each slice (consecutive files of the walk):
        sightings       each row: its entity, its numbers, and its place in the spool
        entities        new entities get a key
        observations    the numbers
        appeared        events of entities that are new on the Hub
        changed         entities whose attributes differ from the valid ones, by fingerprint
        attributes      old rows end, new rows begin; events record the changes
        counters        all-time counters before and now
        last seen       names and last sighting
    revisions           counters that fell: single revisions, or a Hub-wide rollback
    coverage            how many entities carry each column

Each step is a file of db/ingest/sql; the caller owns the transaction. The spool is read once for the hashes of ids and
once for the narrow columns. Names and attributes are read only for new and changed entities, from the files that hold
them. A walk in creation order shows entities in the order of their keys, so the stored rows of a slice are adjacent and
DuckDB skips the rest of each table.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from crawler.kinds import Kind
from crawler.schema.columns import (
    COLUMNS,
    FROM_TAGS,
    NUMBERS,
    PLACES_A_PAGE,
    attribute_columns,
    page_columns,
)
from crawler.schema.value_types import BETWEEN, TEXTS
from crawler.spool.spool import Spool
from db.ingest.page_stats import checks
from db.ingest.staleness import is_stale
from db.ingest.tags import define_tag_macros, once_told, read_from_tags
from db.sql import run_sql


@dataclass(frozen=True, slots=True)
class SliceSizes:
    """The number of rows that one statement reads; both limits bound its memory."""

    rows: int = 250_000
    """Each slice costs about twenty statements of a few milliseconds."""
    hashes: int = 1_000_000
    """The number of row hashes that are searched for repeats at once."""


SLICE_SIZES = SliceSizes()


@dataclass(frozen=True, slots=True)
class Steps:
    """Runs SQL steps with the parameters that all steps of one walk share."""

    con: duckdb.DuckDBPyConnection
    spool: Spool
    parameters: Mapping[str, Any]

    @property
    def kind(self) -> Kind:
        return self.spool.header.kind

    @property
    def snapshot_id(self) -> int:
        return int(self.parameters["snapshot_id"])

    def run(self, step: str, **own: object) -> list[tuple[Any, ...]]:
        """Run a step and return its rows; `own` are the parameters of this step alone."""
        return run_sql(self.con, f"db/ingest/{step}", {**self.parameters, **own}, _slots(self.kind))

    def answer(self, step: str, **own: object) -> tuple[Any, ...]:
        """Run a step that returns one row, and return that row."""
        return self.run(step, **own)[0]

    def run_where(self, step: str, places: str) -> list[tuple[Any, ...]]:
        """Run a step on the files that hold `places`, a table with a condition, if any."""
        slots = {"places": places, "places_a_page": str(PLACES_A_PAGE)}
        numbers = [number for (number,) in run_sql(self.con, "db/ingest/pages", self.parameters, slots)]
        return self.run(step, files=names(self.spool.files_of(numbers))) if numbers else []


def names(files: Iterable[Path]) -> list[str]:
    """Return the files as DuckDB's parameters."""
    return [str(file) for file in files]


@cache
def _slots(kind: Kind) -> Mapping[str, str]:
    """Return the identifiers that fill the slots of the steps; none comes from the Hub."""
    columns = COLUMNS[kind]
    return {
        "table": kind.spec.attribute_table,
        "columns": ", ".join(attribute_columns(kind)),
        "read": ", ".join(f"{_read(name, columns[name])} AS {name}" for name in attribute_columns(kind)),
        "told": ", ".join(once_told(name, f"r.{name}") for name in attribute_columns(kind)),
        "numbers": ", ".join(c for c in NUMBERS if c in columns),
        "counts": ", ".join(f"count(w.{c})" for c in page_columns(kind)),
        "from_tags": ", ".join(f"count(f.{c})" for c in FROM_TAGS),
        "last_modified": "w.last_modified" if "last_modified" in columns else "NULL::TIMESTAMPTZ",
        "places_a_page": str(PLACES_A_PAGE),
    }


def _read(name: str, dtype: pl.DataType) -> str:
    """Return SQL for an attribute of a spooled row, in which a list is one text."""
    if name in FROM_TAGS:
        return read_from_tags(name, _split("tags"), _split(name) if name == "datasets" else None)
    return _split(name) if dtype == TEXTS else f"w.{name}"


def _split(name: str) -> str:
    return f"string_split(w.{name}, chr({ord(BETWEEN)}))"


@dataclass(frozen=True, slots=True)
class IngestedRows:
    """The counts of a walk whose rows are stored."""

    repeats: int = 0
    """Rows that show an entity again, without look-ups of suspects."""
    stale: bool | None = None
    """Whether the Hub has not refreshed its counters; None if too few repositories can be compared."""


def ingest_rows(steps: Steps, sizes: SliceSizes) -> IngestedRows:
    """Store the entities, observations, attributes and events of the walk's rows."""
    return _RowIngest(steps, sizes).run() if steps.spool.files else IngestedRows()


def slices(spool: Spool, size: int) -> list[list[Path]]:
    """Group the files of a walk, in order, into slices of about `size` rows."""
    rows: Counter[Path] = Counter()
    for page in spool.pages:
        rows.update(dict.fromkeys(spool.files_of([page.number]), page.records))
    starts = accumulate(rows.values(), initial=0)
    numbered = zip((start // size for start in starts), rows, strict=False)
    return [[file for _, file in slice_] for _, slice_ in groupby(numbered, key=itemgetter(0))]


class _RowIngest:
    """Runs the steps for the rows of one walk; counters and licences exist for repositories only."""

    def __init__(self, steps: Steps, sizes: SliceSizes) -> None:
        self.sizes = sizes
        self.steps, self.spool, self.repo = steps, steps.spool, steps.kind.spec.is_repo
        self.slices = slices(steps.spool, sizes.rows)
        self.looked_up = checks(steps.spool.pages)

    def run(self) -> IngestedRows:
        define_tag_macros(self.steps.con)
        repeated = self._repeated()
        taken = [self._take(files) for files in self.slices]
        entities, ranked, alone, *from_tags = (sum(counts) for counts in zip(*taken, strict=True))
        if self.repo:
            self.steps.run("20_revisions")
        self._cover(entities, {"rank": ranked, **dict(zip(FROM_TAGS, from_tags, strict=False))}, repeated)
        listed = sum(page.records for page in self.spool.pages if page.number not in self.looked_up)
        return IngestedRows(listed - (entities - alone), self._is_stale())

    def _is_stale(self) -> bool | None:
        steps, origin = self.steps, str(self.steps.parameters["origin"])
        return is_stale(steps.con, steps.kind, origin, steps.snapshot_id, self.spool.header.observed_at)

    def _repeated(self) -> Mapping[str, int]:
        """Find repeated rows; return how many of the redundant ones carry each column."""
        steps = self.steps
        steps.run("01_row_hashes", files=names(self.spool.files))
        shares = 1 + sum(page.records for page in self.spool.pages) // self.sizes.hashes
        for share in range(shares):
            steps.run("02_repeat_candidates", shares=shares, share=share)
        steps.con.execute("DROP TABLE shown")
        if not steps.run_where("03_repeats", "repeated_perhaps"):
            return {}
        carried = steps.run_where("repeated_carried", "repeated WHERE place <> first_place")
        return dict(zip(page_columns(steps.kind), carried[0], strict=True)) if carried else {}

    def _take(self, files: Sequence[Path]) -> list[int]:
        """Store a slice; return its entities, ranked entities, looked-up entities and counts of tag columns."""
        steps, repo = self.steps, self.repo
        steps.run("04_sightings", files=names(files))
        steps.run("05_new_keys")
        new = steps.run_where("06_entities", "sighted WHERE seen_before = $snapshot_id")
        steps.run("07_observations")
        if new:
            steps.run("08_appeared")
        steps.run("09_changed")
        steps.run_where("10_unfingerprinted", "changed WHERE doubtful")
        if repo:
            steps.run("11_previous_attributes")
        steps.run_where("12_attributes", "changed")
        for step in ("13_repo_events", "14_counters_before", "15_returned") if repo else ():
            steps.run(step)
        steps.run("16_last_seen")
        steps.run_where("17_renamed_or_redated", "told_anew")
        carried = steps.answer("from_tags_carried") if repo else ()
        return [*steps.answer("counts", looked_up=self.looked_up), *carried]

    def _cover(self, entities: int, counted: Mapping[str, int], repeated: Mapping[str, int]) -> None:
        """Store how many entities carry each column, from `counted` and the counts of the pages."""
        pages = {
            name: sum(page.carried.get(name, 0) for page in self.spool.pages) - repeated.get(name, 0)
            for name in page_columns(self.steps.kind)
        }
        carried = {**pages, **counted}
        self.steps.run("21_coverage", columns=list(carried), carried=list(carried.values()), records=entities)
