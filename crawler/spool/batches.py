"""Parses the pages of a long list in batches, which takes a third of the time.

    receive    write the body and its line to the spool             for each page, before the next request
    parse      all received pages into rows and rejections          every BATCH pages, and when the list ends

A walk that is interrupted between the two reads the bodies again.
"""

import logging
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import TypeVar

import polars as pl

from crawler.errors import HubFailedError
from crawler.schema.column_reader import is_plain
from crawler.schema.columns import PLACES_A_PAGE
from crawler.schema.page import LONG_PAGE, ReceivedPage
from crawler.schema.rejections import dropped, rejected
from crawler.schema.repo_pages import repo_ids
from crawler.schema.repos import READER
from crawler.schema.untrusted_json import read_json_list
from crawler.spool.spool import Spool, SpooledPage

Found = TypeVar("Found")

logger = logging.getLogger(__name__)

BATCH = 20
"""Pages per batch: about 10 MB of JSON, and the same size in columns."""


@dataclass(frozen=True, slots=True)
class Batch:
    """The pages of a walk that are received and not parsed yet."""

    spool: Spool
    size: int = BATCH
    _held: dict[int, "_RawPage"] = field(default_factory=dict)
    """The raw pages by number; pages that an earlier run has received are only on disk."""

    def receive(self, page: SpooledPage, received: ReceivedPage) -> None:
        """Store a page without parsing it. Raises the errors of `parse`."""
        self.spool.receive(page, received.body)
        self._held[page.number] = _RawPage(received.raw, is_plain(received.body))
        if len(self.spool.received) >= self.size:
            self.parse()

    def parse(self) -> None:
        """Parse the received pages. Raises SpoolFullError, and HubFailedError if a long batch has no valid item."""
        pages = self.spool.received
        if not pages:
            return
        held = [self._held.get(page.number) or _RawPage.parse(self.spool.body(page)) for page in pages]
        items = [one.raw for one in held]
        found = READER.read(pl.concat(items), plain=all(one.plain for one in held))
        rows, reasons = found.rows, found.reasons
        lengths = [len(one) for one in items]
        rejected_in, dropped_in = _by_page(reasons, lengths), _by_page(found.faults, lengths)
        self._held.clear()
        lines = [self._line(page, rejected_in[index], dropped_in[index]) for index, page in enumerate(pages)]
        firsts = (page.number * PLACES_A_PAGE for page in pages)
        places = [pl.int_range(first, first + len(one), eager=True) for first, one in zip(firsts, items, strict=True)]
        rank = pl.Series("rank", [None], pl.Int64).new_from_index(0, len(rows))
        frame = rows.hstack([pl.concat(places).alias("place"), rank])
        self.spool.store_batch(
            lines, frame[[row for row in range(len(frame)) if row not in reasons]] if reasons else frame
        )
        logger.debug("%s: parsed a batch of %d pages", self.spool.header.kind, len(pages))
        if len(reasons) == len(rows) >= LONG_PAGE:
            cause = f"none of {len(rows):,} items fits: {reasons[0]}"
            raise HubFailedError(self.spool.header.endpoint + (pages[-1].next_path or ""), cause, attempts=0, tries=1)

    def _line(self, page: SpooledPage, reasons: Mapping[int, str], faults: Mapping[int, Sequence[str]]) -> SpooledPage:
        """Return the final line of a page, given its invalid values by position."""
        if not reasons and not faults:
            return replace(page, records=page.items)
        raw_items = read_json_list(self.spool.body(page))
        return replace(
            page,
            records=page.items - len(reasons),
            rejections=rejected(raw_items, reasons, repo_ids),
            dropped=dropped(raw_items, faults, repo_ids),
            values_dropped=sum(map(len, faults.values())),
        )


@dataclass(frozen=True, slots=True)
class _RawPage:
    """The raw columns of a page; its body is not kept, since twenty bodies would raise peak memory."""

    raw: pl.DataFrame
    plain: bool

    @classmethod
    def parse(cls, body: bytes) -> "_RawPage":
        return cls(READER.items(body), is_plain(body))


def _by_page(by_row: Mapping[int, Found], lengths: Sequence[int]) -> Mapping[int, dict[int, Found]]:
    """Convert findings by row of the whole batch to findings by page and position."""
    ends = list(accumulate(lengths))
    found: defaultdict[int, dict[int, Found]] = defaultdict(dict)
    for row, one in by_row.items():
        page = bisect_right(ends, row)
        found[page][row - ends[page] + lengths[page]] = one
    return found
