"""What is true of every database of hubtrends, each as a query for what breaks it.

The tables have no keys and constraints, so this is the place that says what is unique and what points to what. A file
of sql/invariants begins with its sentence; its query has a row for each breach. A query about observations runs once
for each snapshot, so that memory does not grow with the history.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from db.integrity.isolated import IsolatedReader


@dataclass(frozen=True, slots=True)
class Invariant:
    """A sentence that holds, and the query for what breaks it."""

    name: str
    sentence: str
    query: str

    @property
    def is_by_snapshot(self) -> bool:
        """Tell whether it is asked for each snapshot."""
        return "$snapshot_id" in self.query


@dataclass(frozen=True, slots=True)
class Breach:
    """An invariant that does not hold: how often, and one of the places."""

    invariant: Invariant
    count: int
    example: str


@cache
def invariants() -> tuple[Invariant, ...]:
    """Read every invariant, in the order of their names."""
    found = sorted((files("db.integrity") / "invariants").iterdir(), key=lambda file: file.name)
    texts = [(file.name.removesuffix(".sql"), file.read_text(encoding="utf-8")) for file in found]
    return tuple(Invariant(name, *text.removeprefix("-- ").split("\n", 1)) for name, text in texts)


def breaches(reader: IsolatedReader, tell: Callable[[str], None]) -> Iterator[Breach]:
    """Ask for every invariant; `tell` is called with each before it is asked."""
    snapshots = [key for (key,) in reader.ask("SELECT DISTINCT snapshot_id FROM snapshots ORDER BY snapshot_id")]
    for number, invariant in enumerate(invariants(), 1):
        tell(f"checking {number} of {len(invariants())}: {invariant.sentence}")
        parameters = [{"snapshot_id": key} for key in snapshots] if invariant.is_by_snapshot else [None]
        query = f"SELECT count(*), min(broken) FROM ({invariant.query}) AS found"  # noqa: S608
        answers = [reader.ask(query, one)[0] for one in parameters]
        if count := sum(count for count, _ in answers):
            yield Breach(invariant, count, next(example for found, example in answers if found))
