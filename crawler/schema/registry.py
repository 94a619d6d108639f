"""Defines the schema of each kind: its columns, the requested fields, and the parsers of its pages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from crawler.kinds import REPO_KINDS, Kind
from crawler.schema import articles, papers, repos
from crawler.schema.page import ParsedPage
from crawler.schema.repo_pages import parse_repo, parse_repos


@dataclass(frozen=True, slots=True)
class KindSchema:
    """Everything about the items of a kind that a crawl needs."""

    columns: Mapping[str, pl.DataType]
    measured: tuple[str, ...]
    """The columns that every snapshot stores as observations; the others are attributes, stored when they change."""
    parse: Callable[[bytes], ParsedPage]
    """Parses a page of a listing."""
    parse_lookup: Callable[[bytes], ParsedPage] | None
    """Parses the answer of a look-up; None where the Hub has none."""
    from_tags: tuple[str, ...] = ()
    """The columns that the store reads from tags."""
    paged_from_tags: tuple[str, ...] = ()
    """The columns of `from_tags` that a page also has."""
    list_fields: tuple[str, ...] = ()
    """The fields to ask for in a listing; empty where the Hub sends all."""
    lookup_fields: tuple[str, ...] = ()
    """The fields to ask for in a look-up."""


def _repo_schema(kind: Kind) -> KindSchema:
    return KindSchema(
        columns=repos.COLUMNS,
        measured=repos.MEASURED,
        parse=parse_repos,
        parse_lookup=parse_repo,
        from_tags=repos.FROM_TAGS,
        paged_from_tags=tuple(name for name in repos.FROM_TAGS if name in repos.READER.columns),
        list_fields=repos.expand(kind),
        lookup_fields=repos.expand(kind, lookup=True),
    )


SCHEMAS: Mapping[Kind, KindSchema] = {
    **{kind: _repo_schema(kind) for kind in REPO_KINDS},
    Kind.PAPER: KindSchema(papers.COLUMNS, papers.MEASURED, papers.parse_papers, papers.parse_paper),
    Kind.ARTICLE: KindSchema(articles.COLUMNS, articles.MEASURED, articles.parse_articles, parse_lookup=None),
}
