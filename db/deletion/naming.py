"""Match the Hub id and all names of an entity in text.

The patterns work in DuckDB, polars and Python. A name matches only as a whole: `org/net-2` and `my-org/net` do not
contain the name `org/net`. A name that two entities share is ambiguous in free text. A typed reference such as
`base_model:org/net` is unambiguous.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from crawler.kinds import Kind

FORGOTTEN = "[forgotten]"
"""The replacement for a removed name."""

LISTS = {Kind.MODEL: ("base_models", "models"), Kind.DATASET: ("datasets",), Kind.PAPER: ("papers",)}
"""Columns that refer to entities of a kind by name."""

NAMESPACES = {Kind.MODEL: "base_model", Kind.DATASET: "dataset", Kind.PAPER: "arxiv"}
"""Tag namespaces that refer to entities of a kind by name."""

_DISTINCT = re.compile(r".+/.+|[0-9a-f]{24}|\d{4}\.\d{4,6}")
"""A pattern of names that cannot be ordinary words; `gpt2` could be one."""

_NEVER = "[^\\s\\S]"
"""A pattern that matches nothing."""


@dataclass(frozen=True, slots=True)
class NamedEntity:
    """An entity that has or had a name."""

    entity_key: int
    kind: Kind
    hub_id: str
    id: str
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class Subject:
    """The deletion target: an entity with its names, or a name without an entity."""

    entity: NamedEntity | None
    alone: tuple[str, ...]
    """The Hub id, and the names that no other entity has or had."""
    of_kind: tuple[str, ...] = ()
    """The names that no other entity of its kind has or had."""

    @property
    def text(self) -> str:
        """Return the pattern of unambiguous names in any text; its two groups capture the characters around a name."""
        return _standing_alone(word for word in self.alone if _DISTINCT.fullmatch(word))

    @property
    def technical(self) -> str:
        """Return the pattern for messages, addresses and raw items, which matches every name."""
        return _standing_alone(self.alone)

    @property
    def reference(self) -> str:
        """Return the pattern for a column that refers to entities of this kind."""
        return f"(?i)^(?:{_either(self.of_kind)})$" if self.of_kind else _NEVER

    @property
    def tag(self) -> str:
        """Return the pattern for tags that refer to the entity, with any relation."""
        namespace = NAMESPACES.get(self.entity.kind) if self.entity else None
        return f"(?i)^{namespace}:(?:[a-z_]+:)?(?:{_either(self.of_kind)})$" if namespace and self.of_kind else _NEVER


def is_distinct(word: str) -> bool:
    """Check whether a name cannot be an ordinary word."""
    return _DISTINCT.fullmatch(word) is not None


def without_name(text: str, pattern: str) -> str:
    """Replace each name in the text, in two passes because adjacent names share a separator."""
    for _ in range(2):
        text = re.sub(pattern, rf"\g<1>{FORGOTTEN}\g<2>", text)
    return text


def _standing_alone(words: Iterable[str]) -> str:
    if not (either := _either(words)):
        return _NEVER
    before, after = r"(^|[^A-Za-z0-9._-]|%[0-9A-Fa-f]{2})", r"($|[^A-Za-z0-9._-]|\.(?:$|[^A-Za-z0-9]))"
    return f"(?i){before}(?:{either}){after}"


def _either(words: Iterable[str]) -> str:
    """Join the words as alternatives; a slash may be escaped as in URLs or JSON."""
    return "|".join(re.escape(word).replace("/", r"(?:/|%2F|\\/)") for word in words)
