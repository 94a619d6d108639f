"""Reads the two reference tables: well-known owners with kind and country, and the configured topics.

The program ships both: db/schema/owners.csv and db/schema/topics.toml. db/reference_tables.py writes them to the file.
This module does not import DuckDB, because the settings need it.
"""

import csv
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

OWNER_KINDS = ("company", "university", "non-profit", "government", "community", "individual")

SHIPPED_SOURCE = "hubtrends"
SHIPPED_VERSION = "2026.11"
"""Year and month of the last change of owners.csv."""


@dataclass(frozen=True, slots=True)
class Owner:
    """A row of `owners`. Only organisations have a country; None is unknown."""

    owner: str
    owner_kind: str | None
    country: str | None
    source: str
    version: str


@dataclass(frozen=True, slots=True)
class Topic:
    """A row of `topic_rules`."""

    topic: str
    tags: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    """Owners whose entities belong to the topic, in lower case."""
    without_words: tuple[str, ...] = ()
    min_parameters: int | None = None
    max_parameters: int | None = None
    kinds: tuple[str, ...] = ()
    source: str = SHIPPED_SOURCE


@dataclass(frozen=True, slots=True)
class Reference:
    """Both tables."""

    owners: tuple[Owner, ...]
    topics: tuple[Topic, ...]


def owners_in(text: str, source: str, version: str) -> tuple[Owner, ...]:
    """Read a CSV text with the columns owner, owner_kind and country; raises ValueError on an unusable row."""
    rows = csv.DictReader(text.splitlines(), strict=True)
    try:
        return tuple(_owner(row, number, source, version) for number, row in enumerate(rows, start=2))
    except csv.Error as error:
        raise ValueError(f"it is not CSV: {error}") from error


def _owner(row: dict[str, str], line: int, source: str, version: str) -> Owner:
    if set(row) != {"owner", "owner_kind", "country"} or None in row.values():
        raise ValueError(f"line {line} does not have exactly the columns owner, owner_kind and country")
    owner, owner_kind, country = (row[column].strip() for column in ("owner", "owner_kind", "country"))
    if not owner:
        raise ValueError(f"line {line} has no owner")
    if owner_kind not in ("", *OWNER_KINDS):
        raise ValueError(f"line {line} has the owner_kind {owner_kind!r}: write one of {', '.join(OWNER_KINDS)}")
    if country and not (len(country) == 2 and country.isascii() and country.isupper()):
        raise ValueError(f"line {line} has the country {country!r}: write two capital letters, such as FR")
    if country and owner_kind == "individual":
        raise ValueError(f"line {line} gives the country of a person: only organisations have one")
    return Owner(owner, owner_kind or None, country or None, source, version)


@cache
def shipped_owners() -> tuple[Owner, ...]:
    """Return the owners that ship with the program."""
    text = (files("db.schema") / "owners.csv").read_text(encoding="utf-8")
    return owners_in(text, SHIPPED_SOURCE, SHIPPED_VERSION)


def merge_owners(own: Iterable[Owner]) -> tuple[Owner, ...]:
    """Return the shipped owners; a row of the user replaces the row of the same name."""
    merged = {owner.owner.lower(): owner for owner in (*shipped_owners(), *own)}
    return tuple(merged[name] for name in sorted(merged))


@cache
def default_topics() -> tuple[Topic, ...]:
    """Return the topics that ship with the program."""
    text = (files("db.schema") / "topics.toml").read_text(encoding="utf-8")
    return tuple(map(_topic, tomllib.loads(text)["topic"]))


def _topic(values: Mapping[str, Any]) -> Topic:
    frozen: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
    return Topic(**frozen)


def default_reference() -> Reference:
    """Return the owners and topics that ship with the program."""
    return Reference(merge_owners(()), default_topics())
