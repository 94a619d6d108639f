"""What names an entity in text: its Hub id and every name it has borne, as patterns for DuckDB, polars and Python.

A name counts where it stands alone: `org/net` is not named by `org/net-2` or `my-org/net`. A name that another entity
bears as well says nothing for sure in free text; a reference of its own kind does, such as `base_model:org/net`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from crawler.kinds import Kind

FORGOTTEN = "[forgotten]"
"""What stands in a text in place of a name."""

LISTS = {Kind.MODEL: ("base_models", "models"), Kind.DATASET: ("datasets",), Kind.PAPER: ("papers",)}
"""Columns that refer to entities of a kind by name."""

NAMESPACES = {Kind.MODEL: "base_model", Kind.DATASET: "dataset", Kind.PAPER: "arxiv"}
"""Tags that do so."""

_DISTINCT = re.compile(r".+/.+|[0-9a-f]{24}|\d{4}\.\d{4,6}")
"""Names that mean nothing else in a text; an old name without an owner, such as gpt2, may."""

_NEVER = "[^\\s\\S]"
"""A pattern that matches nothing."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """An entity that bears, or bore, a name."""

    entity_key: int
    kind: Kind
    hub_id: str
    id: str
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class Subject:
    """What is to be forgotten: an entity with its names, or a name that the file knows from texts alone."""

    bearer: Bearer | None
    alone: tuple[str, ...]
    """The Hub id and the names that no other entity bears or bore."""
    of_kind: tuple[str, ...] = ()
    """The names that no other entity of its kind bears or bore."""

    @property
    def text(self) -> str:
        """Pattern for any text; its groups are what stands before and after the name."""
        return _standing_alone(word for word in self.alone if _DISTINCT.fullmatch(word))

    @property
    def technical(self) -> str:
        """Pattern for messages, addresses and raw items, where an old name without an owner is told from a word."""
        return _standing_alone(self.alone)

    @property
    def reference(self) -> str:
        """Pattern for one name in a column that refers to entities of this kind."""
        return f"(?i)^(?:{_either(self.of_kind)})$" if self.of_kind else _NEVER

    @property
    def tag(self) -> str:
        """Pattern for a tag that refers to it, with or without the relation."""
        namespace = NAMESPACES.get(self.bearer.kind) if self.bearer else None
        return f"(?i)^{namespace}:(?:[a-z_]+:)?(?:{_either(self.of_kind)})$" if namespace and self.of_kind else _NEVER


def is_distinct(word: str) -> bool:
    """Tell whether a name means nothing else in a text."""
    return _DISTINCT.fullmatch(word) is not None


def without_name(text: str, pattern: str) -> str:
    """Return the text with each name replaced; neighbours share the character between them, so it takes two passes."""
    for _ in range(2):
        text = re.sub(pattern, rf"\g<1>{FORGOTTEN}\g<2>", text)
    return text


def _standing_alone(words: Iterable[str]) -> str:
    if not (either := _either(words)):
        return _NEVER
    before, after = r"(^|[^A-Za-z0-9._-]|%[0-9A-Fa-f]{2})", r"($|[^A-Za-z0-9._-]|\.(?:$|[^A-Za-z0-9]))"
    return f"(?i){before}(?:{either}){after}"


def _either(words: Iterable[str]) -> str:
    """The words as alternatives; a slash may be written as an address or JSON writes it."""
    return "|".join(re.escape(word).replace("/", r"(?:/|%2F|\\/)") for word in words)
