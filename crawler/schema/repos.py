"""Defines the fields of models, datasets and spaces; no other module has the Hub's names of them.

To store one more field, add a row to FIELDS; the order of the rows is the order of the columns. The columns of a page,
the checks and the fields that a request asks for follow from it.
"""

from dataclasses import dataclass

import polars as pl

from crawler.kinds import Kind
from crawler.schema.column_reader import ColumnReader, PageField
from crawler.schema.field_checks import (
    Counter,
    FieldType,
    Flag,
    Gated,
    Id,
    Ids,
    LongText,
    MeasuredSize,
    Number,
    Size,
    Timestamp,
    Words,
)
from crawler.schema.private import PRIVATE

MODELS, DATASETS, SPACES = (Kind.MODEL,), (Kind.DATASET,), (Kind.SPACE,)
GATED_KINDS = MODELS + DATASETS
ALL_KINDS = MODELS + DATASETS + SPACES


@dataclass(frozen=True, slots=True)
class RepoField:
    """One column of a repository."""

    column: str
    type: FieldType
    sources: tuple[str, ...] = ()
    """The Hub's fields, as `outer` or `outer.inner`; the first one with a value counts."""
    listed: tuple[Kind, ...] = ()
    """The kinds whose lists and look-ups request the field; `_id` and `id` come without a request."""
    lookup_only: tuple[Kind, ...] = ()
    """The kinds of which only look-ups give the field, such as `usedStorage`. A list that requests it fails with
    400."""
    in_tags: bool = False
    """Whether the store reads the column from the tags; a page has it only if `sources` is set too."""


FIELDS = (
    RepoField("hub_id", Id(), ("_id",)),
    RepoField("id", Id(), ("id",)),
    RepoField("created_at", Timestamp(), ("createdAt",), ALL_KINDS),
    RepoField("last_modified", Timestamp(), ("lastModified",), ALL_KINDS),
    RepoField("downloads", Counter(), ("downloads",), GATED_KINDS),
    RepoField("downloads_all_time", Counter(), ("downloadsAllTime",), GATED_KINDS),
    RepoField("likes", Counter(), ("likes",), ALL_KINDS),
    RepoField("trending_score", Number(), ("trendingScore",), ALL_KINDS),
    RepoField("used_storage", MeasuredSize(), ("usedStorage",), lookup_only=GATED_KINDS),
    RepoField("author", LongText(), ("author",), ALL_KINDS),
    RepoField("gated", Gated(), ("gated",), GATED_KINDS),
    RepoField("disabled", Flag(), ("disabled",), ALL_KINDS),
    RepoField("task", LongText(), ("pipeline_tag",), MODELS),
    RepoField("library", LongText(), ("library_name",), MODELS),
    RepoField("sdk", LongText(), ("sdk",), SPACES),
    RepoField("parameters", Size(), ("safetensors.total", "gguf.total"), MODELS),
    RepoField("architecture", LongText(), ("gguf.architecture",), MODELS),
    RepoField("context_length", Size(), ("gguf.context_length",), MODELS),
    RepoField("license", LongText(), in_tags=True),
    RepoField("languages", Words(), in_tags=True),
    RepoField("base_models", Words(), in_tags=True),
    RepoField("base_relation", LongText(), in_tags=True),
    RepoField("base_ids", Ids(), ("baseModels.models",), MODELS),
    RepoField("datasets", Words(), ("datasets",), SPACES, in_tags=True),
    RepoField("papers", Words(), in_tags=True),
    RepoField("models", Words(), ("models",), SPACES),
    RepoField("tags", Words(), ("tags",), ALL_KINDS),
)

COLUMNS: dict[str, pl.DataType] = {field.column: field.type.column for field in FIELDS}

FROM_TAGS = tuple(field.column for field in FIELDS if field.in_tags)
"""The columns that the store reads from the tags when it writes attributes."""

MEASURED = tuple(field.column for field in FIELDS if field.type.measured)

READER = ColumnReader([PageField(field.column, field.type, field.sources) for field in FIELDS if field.sources])


def expand(kind: Kind, *, lookup: bool = False, fields: tuple[RepoField, ...] = FIELDS) -> tuple[str, ...]:
    """Return the fields that a list of the kind requests, or a look-up.

    `private` is always among them: it decides whether an item is dropped.
    """
    asked = [field for field in fields if kind in field.listed or (lookup and kind in field.lookup_only)]
    names = dict.fromkeys(source.partition(".")[0] for field in asked for source in field.sources)
    return (*names, PRIVATE)
