"""Defines the columns of a spooled page, which the store ingests.

The names are those of the store; the module of each kind has the Hub's names. In a page a list is one text
(`value_types`).
"""

from functools import cache

import polars as pl

from crawler.kinds import Kind
from crawler.schema import repos
from crawler.schema.registry import SCHEMAS
from crawler.schema.value_types import TEXTS

COLUMNS = {kind: schema.columns for kind, schema in SCHEMAS.items()}

NUMBERS = (*dict.fromkeys(name for schema in SCHEMAS.values() for name in schema.measured), "rank")
"""The columns that every snapshot stores in `observations`."""

LOOKUP_NUMBERS = ("total_models", "total_datasets", "total_spaces", "used_storage")
"""The columns of NUMBERS that only a look-up gives."""

FROM_TAGS = repos.FROM_TAGS
"""The columns of a repository that the store reads from its tags. Of these, a page has only `datasets`."""

ABOUT_THE_ENTITY = ("hub_id", "created_at", "last_modified")

PLACES_A_PAGE = 1_000_000
"""The place of a row is its page number times this, plus its position in the page; a page has at most 1000 rows."""

PLACES: dict[str, pl.DataType] = {"place": pl.Int64(), "rank": pl.Int64()}
"""The columns that a walk adds to each row: its place in the walk, and its rank in the trending list or null."""


def attribute_columns(kind: Kind) -> tuple[str, ...]:
    """Return the columns that describe an entity, in order."""
    return tuple(c for c in COLUMNS[kind] if c not in NUMBERS and c not in ABOUT_THE_ENTITY)


@cache
def page_columns(kind: Kind) -> dict[str, pl.DataType]:
    """Return the columns of a page, each list as one text."""
    schema = SCHEMAS[kind]
    absent = set(schema.from_tags) - set(schema.paged_from_tags)
    columns = ((name, dtype) for name, dtype in schema.columns.items() if name not in absent)
    return {name: pl.String() if dtype == TEXTS else dtype for name, dtype in columns}


def spooled_attributes(kind: Kind) -> tuple[str, ...]:
    """Return the columns of a page that describe an entity, in order."""
    return tuple(c for c in attribute_columns(kind) if c in page_columns(kind))
