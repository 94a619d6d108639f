"""Defines the types and limits of values that the schemas of all kinds share.

A spooled page holds a list as one text, with BETWEEN between the words. A text is written and read in half the time of
a list. A missing value is null, never zero. An empty list is null too. Times are UTC.
"""

from datetime import UTC, datetime
from typing import Annotated

import polars as pl
from pydantic import AwareDatetime, ConfigDict, Field, with_config

MAX_COUNT = 10**15
"""The largest plausible number: a million times the Hub's downloads of all time. Beyond it, sums overflow."""

EARLIEST, LATEST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)
"""The limits of times. Times with an offset at the ends of the calendar have no UTC form."""

LONGEST_NAME, LONGEST_WORD, LONGEST_TEXT = 300, 1_000, 10_000

BETWEEN = "\x1f"
"""The separator of a list's words; no valid word contains it."""

TIME = pl.Datetime("us", "UTC")
TEXTS = pl.List(pl.String)

Count = Annotated[int, Field(ge=0, le=MAX_COUNT)]
Text = Annotated[str, Field(max_length=LONGEST_TEXT)]
Word = Annotated[str, Field(max_length=LONGEST_WORD, pattern=r"^[^\x00\x1f]*$")]
"""An entry of a list, such as a tag: any text without NUL and BETWEEN."""
Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME, pattern=r"^[^\x00-\x1f]*$")]
Time = Annotated[AwareDatetime, Field(ge=EARLIEST, le=LATEST)]

strict_item = with_config(ConfigDict(strict=True, extra="ignore"))
"""Validates a typed dictionary strictly: a count that comes as text is not a count."""
