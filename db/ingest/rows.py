"""Takes the rows of a walk into the store, slice by slice, so that memory does not grow with the Hub.

    repeated      of what several rows show, the first counts
    for each slice, some files of the walk that follow each other:
        sighted       each row: its entity, its numbers, and where the rest of it lies in the spool
        entities      entities never seen get a key
        observations  the numbers
        appeared      what is new on the Hub
        changed       whose facts differ from those in force, by their fingerprints
        events        what that says happened
        facts         end, and begin anew
        counted       all-time counters, then and now
        seen          names, last sighting
    counters      those that fell: revised one by one, or a Hub-wide rollback
    coverage      how many entities carry each column

Each step is a file in sql/ingest_walk; the caller holds the transaction. The spool is read once for the hashes of ids, once
for the narrow columns; names and facts are read for what is new or has changed, and only from the files that hold it.

A walk in creation order shows entities in the order of their keys. So what is known of a slice lies together, and DuckDB
skips the rest of each table.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from operator import itemgetter
from pathlib import Path

from crawler.schema.columns import FROM_TAGS, page_columns
from crawler.spool.spool import Spool
from db.ingest.page_stats import checks
from db.ingest.refreshes import is_stale
from db.ingest.steps import Steps, names
from db.ingest.tags import define_tag_macros

SLICE_ROWS = 250_000
"""What a statement may hold at once. Each slice costs some twenty statements, a few milliseconds each."""

SHARE_ROWS = 1_000_000
"""The same where a row is a hash."""


@dataclass(frozen=True, slots=True)
class IngestedRows:
    """What the rows of a walk came to."""

    repeats: int = 0
    """Rows that name an entity which another row has shown, look-ups of suspects not counted."""
    stale: bool | None = None
    """Whether the Hub has not refreshed its counters; None where nothing tells."""


def ingest_rows(steps: Steps) -> IngestedRows:
    """Store everything that the rows of an ended walk bring."""
    return _RowIngest(steps).run() if steps.spool.files else IngestedRows()


def slices(spool: Spool) -> list[list[Path]]:
    """The files of a walk in its order, put together until they hold SLICE_ROWS."""
    rows: Counter[Path] = Counter()
    for page in spool.pages:
        rows.update(dict.fromkeys(spool.files_of([page.number]), page.records))
    starts = accumulate(rows.values(), initial=0)
    numbered = zip((start // SLICE_ROWS for start in starts), rows, strict=False)
    return [[file for _, file in slice_] for _, slice_ in groupby(numbered, key=itemgetter(0))]


class _RowIngest:
    """The rows of one walk being taken in; counters and licences are of repositories."""

    def __init__(self, steps: Steps) -> None:
        self.steps, self.spool, self.repo = steps, steps.spool, steps.kind.spec.is_repo
        self.slices = slices(steps.spool)
        self.looked_up = checks(steps.spool.pages)

    def run(self) -> IngestedRows:
        define_tag_macros(self.steps.con)
        repeated = self._repeated()
        taken = [self._take(files) for files in self.slices]
        entities, ranked, alone, *from_tags = (sum(counts) for counts in zip(*taken, strict=True))
        if self.repo:
            self.steps.run("20_revisions")
        self._cover(entities, {"rank": ranked, **dict(zip(FROM_TAGS, from_tags, strict=False))}, repeated)
        listed = sum(page.records for page in self.spool.pages if page.number not in self.looked_up)
        return IngestedRows(listed - (entities - alone), self._is_stale())

    def _is_stale(self) -> bool | None:
        steps, origin = self.steps, str(self.steps.parameters["origin"])
        return is_stale(steps.con, steps.kind, origin, steps.snapshot_id, self.spool.header.observed_at)

    def _repeated(self) -> Mapping[str, int]:
        """Find what several rows show; return how many of the rows that will not count carry each column."""
        steps = self.steps
        steps.run("01_row_hashes", files=names(self.spool.files))
        shares = 1 + sum(page.records for page in self.spool.pages) // SHARE_ROWS
        for share in range(shares):
            steps.run("02_repeat_candidates", shares=shares, share=share)
        steps.con.execute("DROP TABLE shown")
        if not steps.run_where("03_repeats", "repeated_perhaps"):
            return {}
        carried = steps.run_where("repeated_carried", "repeated WHERE place <> first_place")
        return dict(zip(page_columns(steps.kind), carried[0], strict=True)) if carried else {}

    def _take(self, files: Sequence[Path]) -> list[int]:
        """Take in a slice; return how many entities it showed, and how many of them carry what the pages cannot count."""
        steps, repo = self.steps, self.repo
        steps.run("04_sightings", files=names(files))
        steps.run("05_new_keys")
        new = steps.run_where("06_entities", "sighted WHERE seen_before = $snapshot_id")
        steps.run("07_observations")
        if new:
            steps.run("08_appeared")
        steps.run("09_changed")
        steps.run_where("10_unfingerprinted", "changed WHERE doubtful")
        if repo:
            steps.run("11_previous_attributes")
        steps.run_where("12_attributes", "changed")
        for step in ("13_repo_events", "14_counters_before", "15_returned") if repo else ():
            steps.run(step)
        steps.run("16_last_seen")
        steps.run_where("17_renamed_or_redated", "told_anew")
        carried = steps.answer("from_tags_carried") if repo else ()
        return [*steps.answer("counts", looked_up=self.looked_up), *carried]

    def _cover(self, entities: int, counted: Mapping[str, int], repeated: Mapping[str, int]) -> None:
        """Store how many entities carry each column: `counted`, and what the pages have counted."""
        pages = {
            name: sum(page.carried.get(name, 0) for page in self.spool.pages) - repeated.get(name, 0)
            for name in page_columns(self.steps.kind)
        }
        carried = {**pages, **counted}
        self.steps.run("21_coverage", columns=list(carried), carried=list(carried.values()), records=entities)
