"""A fingerprint of what a row tells of its entity beside the numbers.

By it the store knows which of millions of rows tell something new, without reading the rest. It depends on the facts
alone and is the same in every version: sixty-four bits of BLAKE2b over their text.
"""

from functools import cache
from hashlib import blake2b

import polars as pl

from crawler.kinds import Kind
from crawler.schema.columns import spooled_attributes

_NOT_SAID = "\x00"
_BETWEEN_COLUMNS = "\x1e"


def fingerprints(kind: Kind, frame: pl.DataFrame) -> pl.Series:
    """One for each row of a page, as UInt64 under the name `fingerprint`."""
    texts = frame.select(_facts(kind)).to_series()
    digests = [blake2b(text, digest_size=8).digest() for text in texts]
    return pl.Series("fingerprint", digests, pl.Binary).bin.reinterpret(dtype=pl.UInt64, endianness="big")


@cache
def _facts(kind: Kind) -> pl.Expr:
    """All facts of a row as one text."""
    facts = [pl.col(name).cast(pl.String).fill_null(_NOT_SAID) for name in spooled_attributes(kind)]
    return pl.concat_str(facts, separator=_BETWEEN_COLUMNS).cast(pl.Binary)
