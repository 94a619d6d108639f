"""Computes fingerprints of a row's attributes: sixty-four bits of BLAKE2b over their text.

The store compares fingerprints to find the changed rows among millions, without reading the others. A fingerprint
depends only on the attributes and is the same in every version.
"""

from functools import cache
from hashlib import blake2b

import polars as pl

from crawler.kinds import Kind
from crawler.schema.columns import spooled_attributes

_NULL = "\x00"
_BETWEEN_COLUMNS = "\x1e"


def fingerprints(kind: Kind, frame: pl.DataFrame) -> pl.Series:
    """Return one UInt64 for each row of a page, under the name `fingerprint`."""
    texts = frame.select(_attributes(kind)).to_series()
    digests = [blake2b(text, digest_size=8).digest() for text in texts.to_list()]
    return pl.Series("fingerprint", digests, pl.Binary).bin.reinterpret(dtype=pl.UInt64, endianness="big")


@cache
def _attributes(kind: Kind) -> pl.Expr:
    """Return all attributes of a row as one text."""
    texts = [pl.col(name).cast(pl.String).fill_null(_NULL) for name in spooled_attributes(kind)]
    return pl.concat_str(texts, separator=_BETWEEN_COLUMNS).cast(pl.Binary)
