"""The steps of a taking-in: files in sql/ingest_walk, filled with what is the same for all of a walk."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
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
from db.ingest.tags import once_told, read_from_tags
from db.sql import run_sql


def attribute_table(kind: Kind) -> str:
    """The table that holds the facts of the kind."""
    return kind.spec.attribute_table


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
        "table": attribute_table(kind),
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
