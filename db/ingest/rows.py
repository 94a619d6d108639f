"""Stores the rows of a walk slice by slice, so that memory does not grow with the Hub.

    repeats             rows that show an entity again; the first row counts
    for each slice (consecutive files of the walk):
        sightings       each row: its entity, its numbers, and its place in the spool
        entities        new entities get a key
        observations    the numbers
        appeared        events of entities that are new on the Hub
        changed         entities whose attributes differ from the current ones, by fingerprint
        attributes      old rows end, new rows begin; events record the changes
        counters        all-time counters before and now
        last seen       names and last sighting
    revisions           counters that fell: single revisions, or a Hub-wide rollback
    coverage            how many entities have a value in each column

Each step is a file of db/ingest/sql; the caller owns the transaction. The spool is read once for the hashes of ids and
once for the narrow columns. Names and attributes are read only for new and changed entities, from the files that hold
them. A walk in creation order shows entities in the order of their keys. So the stored rows of a slice are adjacent,
and DuckDB skips the rest of each table.
"""

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import duckdb

from crawler.kinds import Kind
from crawler.schema.columns import (
    COLUMNS,
    FROM_TAGS,
    NUMBERS,
    PLACES_A_PAGE,
    attribute_columns,
    page_columns,
    spooled_attributes,
)
from crawler.schema.value_types import TEXTS
from crawler.spool.spool import Spool
from db.ingest.page_stats import checks
from db.ingest.staleness import is_stale
from db.ingest.tags import define_tag_macros
from db.sql import run_sql

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SliceSizes:
    """The maximum number of rows that one statement reads, which bounds its memory."""

    rows: int = 250_000
    """Rows per slice. A slice takes about twenty statements of a few milliseconds each."""
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
        parameters = {**_columns_of(self.kind), **self.parameters, **own}
        spec = self.kind.spec
        rows = "spooled_attributes_of_tags" if spec.is_repo else "spooled_attributes"
        return run_sql(self.con, f"db/ingest/{step}", parameters, {"table": spec.attribute_table, "rows": rows})

    def run_where(self, step: str, rows: str) -> list[tuple[Any, ...]]:
        """Run a step on the spooled files of `rows`: a temporary table with places, and a condition."""
        pages = self.con.execute(f"SELECT DISTINCT place // {PLACES_A_PAGE} FROM {rows} ORDER BY ALL").fetchall()  # noqa: S608
        return self.run(step, files=names(self.spool.files_of(page for (page,) in pages))) if pages else []


def names(files: Iterable[Path]) -> list[str]:
    """Return the files as DuckDB's parameters."""
    return [str(file) for file in files]


@cache
def _columns_of(kind: Kind) -> Mapping[str, object]:
    """Return the names of a kind's columns by their use, as parameters of the steps."""
    columns, spooled = COLUMNS[kind], spooled_attributes(kind)
    return {
        "numbers": [name for name in NUMBERS if name in columns],
        "dates": [name for name in ("created_at", "last_modified") if name in columns],
        "attributes": list(attribute_columns(kind)),
        "scalars": [name for name in spooled if columns[name] != TEXTS],
        "lists": [name for name in spooled if columns[name] == TEXTS],
        "from_tags": list(FROM_TAGS),
        "page_columns": list(page_columns(kind)),
        "places_a_page": PLACES_A_PAGE,
    }


@dataclass(frozen=True, slots=True)
class IngestedRows:
    """The counts of a walk whose rows are stored."""

    repeats: int = 0
    """Rows that show an entity again, without look-ups of suspects."""
    stale: bool | None = None
    """Whether the Hub has not updated its counters; None if too few repositories can be compared."""


def slices(spool: Spool, size: int) -> list[list[Path]]:
    """Group the files of a walk, in order, into slices of about `size` rows."""
    rows: Counter[Path] = Counter()
    for page in spool.pages:
        rows.update(dict.fromkeys(spool.files_of([page.number]), page.records))
    starts = accumulate(rows.values(), initial=0)
    numbered = zip((start // size for start in starts), rows, strict=False)
    return [[file for _, file in slice_] for _, slice_ in groupby(numbered, key=itemgetter(0))]


def ingest_rows(steps: Steps, sizes: SliceSizes) -> IngestedRows:
    """Store the entities, observations, attributes and events of the walk's rows."""
    spool, kind = steps.spool, steps.kind
    if not spool.files:
        return IngestedRows()
    define_tag_macros(steps.con)
    repeated = _find_repeats(steps, sizes)
    looked_up = checks(spool.pages)
    steps.run("spooled_attributes")
    total: Counter[str] = Counter()
    for number, files in enumerate(slices(spool, sizes.rows), 1):
        total += _ingest_slice(steps, files, looked_up)
        logger.debug("%s: slice %d is stored, %d entities so far", kind, number, total["entities"])
    if kind.spec.is_repo:
        steps.run("20_revisions")
    carried = {
        name: sum(page.carried.get(name, 0) for page in spool.pages) - repeated.get(name, 0)
        for name in page_columns(kind)
    }
    carried |= {name: total[name] for name in ("rank", *(FROM_TAGS if kind.spec.is_repo else ()))}
    entities = total["entities"]
    steps.run("21_coverage", columns=list(carried), carried=list(carried.values()), records=entities)
    listed = sum(page.records for page in spool.pages if page.number not in looked_up)
    stale = is_stale(steps.con, kind, str(steps.parameters["origin"]), steps.snapshot_id, spool.header.observed_at)
    return IngestedRows(listed - (entities - total["looked_up"]), stale)


def _find_repeats(steps: Steps, sizes: SliceSizes) -> Mapping[str, int]:
    """Find repeated rows; return how many of the redundant ones have a value in each column."""
    steps.run("01_row_hashes", files=names(steps.spool.files))
    shards = 1 + sum(page.records for page in steps.spool.pages) // sizes.hashes
    for shard in range(shards):
        steps.run("02_repeat_candidates", shards=shards, shard=shard)
    steps.con.execute("DROP TABLE row_hashes")
    if not steps.run_where("03_repeats", "repeat_candidates"):
        return {}
    return dict(steps.run_where("repeated_carried", "repeats WHERE place <> first_place"))


def _ingest_slice(steps: Steps, files: Sequence[Path], looked_up: Sequence[int]) -> Counter[str]:
    """Store a slice; return its entities, looked-up entities, and those with a rank or a column from tags."""
    is_repo, new = steps.kind.spec.is_repo, f"sightings WHERE previous_snapshot = {steps.snapshot_id}"
    steps.run("04_sightings", files=names(files))
    steps.run("05_new_keys")
    has_new = steps.run_where("06_entities", new)
    steps.run("07_observations")
    if has_new:
        steps.run("08_appeared")
    steps.run("09_changed")
    steps.run_where("10_unfingerprinted", "changed WHERE is_unfingerprinted")
    if is_repo:
        steps.run("11_previous_attributes")
    steps.run_where("12_attributes", "changed")
    for step in ("13_repo_events", "14_counters_before", "15_returned") if is_repo else ():
        steps.run(step)
    steps.run("16_last_seen")
    steps.run("17_renamed_or_redated")
    steps.run_where("18_names_and_dates", "renamed_or_redated")
    ((entities, ranked, only_looked_up),) = steps.run("counts", looked_up=looked_up)
    from_tags = dict(steps.run("from_tags_carried")) if is_repo else {}
    return Counter(entities=entities, rank=ranked, looked_up=only_looked_up, **from_tags)
