"""The groups that `hubtrends trends WHAT` shows, such as families: one entry of `GROUPS` each.

To add a group: a function that returns its `GroupRows`, and its line in `GROUPS`. The command supplies the request,
checks the options, and prints the rows in every format; `Rows` are sanitized when they are printed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import duckdb

from crawler.kinds import Kind
from hubtrends.config.settings import Settings
from hubtrends.output.rows import Rows


@dataclass(frozen=True, slots=True)
class GroupRequest:
    """What a person asks of a group."""

    as_of: datetime
    days: float
    """Wanted distance of the two compared snapshots."""
    limit: int
    """Maximum number of rows."""
    kind: Kind | None
    """None where the option is absent."""
    facet: str | None
    """None where the option is absent."""
    settings: Settings


@dataclass(frozen=True, slots=True)
class GroupRows:
    """The rows of a group with every column, and sentences about them for stderr."""

    rows: Rows
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """How to query and show a group."""

    query: Callable[[duckdb.DuckDBPyConnection, GroupRequest], GroupRows]
    """`con` is as for `analyse_week`."""
    short: tuple[str, ...]
    """The columns that fit a terminal; JSON and CSV have all."""
    options: frozenset[str] = frozenset()
    """The options that it takes beyond the shared ones: kind, facet."""


GROUPS: Mapping[str, Group] = {}
"""The groups by the word for WHAT."""
