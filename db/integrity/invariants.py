"""Check the invariants of a hubtrends database, each with a query that returns its violations.

The tables have no keys or constraints, so the invariants define what is unique and which references must resolve. The
first line of each file in invariants/ is its sentence, and its query returns one row per violation. Queries about
observations run once per snapshot, so memory use does not grow with the history.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from db.integrity.isolated import IsolatedReader


@dataclass(frozen=True, slots=True)
class Invariant:
    """A rule as a sentence, and the query that returns its violations."""

    name: str
    sentence: str
    query: str

    @property
    def is_by_snapshot(self) -> bool:
        """Check whether the query runs once per snapshot."""
        return "$snapshot_id" in self.query


@dataclass(frozen=True, slots=True)
class Breach:
    """A violated invariant with the number of violations and one example."""

    invariant: Invariant
    count: int
    example: str


@cache
def invariants() -> tuple[Invariant, ...]:
    """Read all invariants, sorted by name."""
    found = sorted((files("db.integrity") / "invariants").iterdir(), key=lambda file: file.name)
    texts = [(file.name.removesuffix(".sql"), file.read_text(encoding="utf-8")) for file in found]
    return tuple(Invariant(name, *text.removeprefix("-- ").split("\n", 1)) for name, text in texts)


def breaches(reader: IsolatedReader, on_step: Callable[[str], None]) -> Iterator[Breach]:
    """Check every invariant; `on_step` is called before each check."""
    snapshots = [key for (key,) in reader.ask("SELECT DISTINCT snapshot_id FROM snapshots ORDER BY snapshot_id")]
    for number, invariant in enumerate(invariants(), 1):
        on_step(f"checking {number} of {len(invariants())}: {invariant.sentence}")
        parameters = [{"snapshot_id": key} for key in snapshots] if invariant.is_by_snapshot else [None]
        query = f"SELECT count(*), min(broken) FROM ({invariant.query}) AS found"  # noqa: S608
        answers = [reader.ask(query, one)[0] for one in parameters]
        if count := sum(count for count, _ in answers):
            yield Breach(invariant, count, next(example for found, example in answers if found))
