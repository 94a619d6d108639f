"""Takes the rows of a walk into the store, slice by slice, so that memory does not grow with the Hub.

    repeated      of what several rows show, the first counts
    for each slice, some files of the walk that follow each other:
        sighted       each row: its entity, its numbers, and where the rest of it lies in the spool
        entities      entities never seen get a key
        observations  the numbers
        appeared      what is new on the Hub
        changed       whose facts differ from those in force, by their fingerprints
        events        what that says happened
        facts         end, and begin anew
        counted       all-time counters, then and now
        seen          names, last sighting
    counters      those that fell: revised one by one, or a Hub-wide rollback
    coverage      how many entities carry each column

Each step is a file in sql/ingest_walk; the caller holds the transaction. The spool is read once for the hashes of ids, once
for the narrow columns; names and facts are read for what is new or has changed, and only from the files that hold it.

A walk in creation order shows entities in the order of their keys. So what is known of a slice lies together, and DuckDB
skips the rest of each table.
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
from db.ingest.refreshes import is_stale
from db.ingest.tags import define_tag_macros, once_told, read_from_tags
from db.sql import run_sql


@dataclass(frozen=True, slots=True)
class SliceSizes:
    """How many rows of a walk one statement reads; both bound its memory."""

    rows: int = 250_000
    """Each slice costs about twenty statements of a few milliseconds."""
    hashes: int = 1_000_000
    """Row hashes that are searched for repeats at once."""


SLICE_SIZES = SliceSizes()


@dataclass(frozen=True, slots=True)
class Steps:
    """Runs the steps for one walk."""

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
        """Run a step and return its rows; `own` are parameters of this step alone."""
        return run_sql(self.con, f"db/ingest/{step}", {**self.parameters, **own}, _slots(self.kind))

    def answer(self, step: str, **own: object) -> tuple[Any, ...]:
        """Run a step that asks for one row, and return it."""
        return self.run(step, **own)[0]

    def run_where(self, step: str, places: str) -> list[tuple[Any, ...]]:
        """Run a step on the files that hold `places` (a table with a condition); return no rows where none does."""
        slots = {"places": places, "places_a_page": str(PLACES_A_PAGE)}
        numbers = [number for (number,) in run_sql(self.con, "db/ingest/pages", self.parameters, slots)]
        return self.run(step, files=names(self.spool.files_of(numbers))) if numbers else []


def names(files: Iterable[Path]) -> list[str]:
    """Files as DuckDB wants to have them named."""
    return [str(file) for file in files]


@cache
def _slots(kind: Kind) -> Mapping[str, str]:
    """What is written into the text of the steps: our own names, never the Hub's words."""
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
    """SQL for a fact of a spooled row, in which a list is one text."""
    if name in FROM_TAGS:
        return read_from_tags(name, _split("tags"), _split(name) if name == "datasets" else None)
    return _split(name) if dtype == TEXTS else f"w.{name}"


def _split(name: str) -> str:
    return f"string_split(w.{name}, chr({ord(BETWEEN)}))"


@dataclass(frozen=True, slots=True)
class IngestedRows:
    """What the rows of a walk came to."""

    repeats: int = 0
    """Rows that name an entity which another row has shown, look-ups of suspects not counted."""
    stale: bool | None = None
    """Whether the Hub has not refreshed its counters; None where nothing tells."""


def ingest_rows(steps: Steps, sizes: SliceSizes) -> IngestedRows:
    """Store the entities, observations, attributes and events that the rows of a walk bring."""
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
    """The rows of one walk being taken in; counters and licences are of repositories."""

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
        """Find what several rows show; return how many of the rows that will not count carry each column."""
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
        """Take in a slice; return how many entities it showed, and how many of them carry what the pages cannot count."""
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
        """Store how many entities carry each column: `counted`, and what the pages have counted."""
        pages = {
            name: sum(page.carried.get(name, 0) for page in self.spool.pages) - repeated.get(name, 0)
            for name in page_columns(self.steps.kind)
        }
        carried = {**pages, **counted}
        self.steps.run("21_coverage", columns=list(carried), carried=list(carried.values()), records=entities)
