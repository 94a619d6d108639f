"""List the next commands after a report; they work when pasted into the same terminal."""

import shlex
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

FIRST_PICK = """
SELECT e.id
FROM picks AS p JOIN entities AS e USING (entity_key)
WHERE e.kind = 'model'
ORDER BY p.report_at DESC, p.list <> 'risers', p.metric, p.list, p.place, e.id
LIMIT 1
"""
"""A model near the top of the newest report."""


@dataclass(frozen=True, slots=True)
class NextSteps:
    """The values that the next commands contain."""

    page: Path
    """The HTML file of the report."""
    database: Path
    as_of: datetime | None = None
    """The time of the report if it is in the future, as in a demo."""
    model: str | None = None
    """A model of the report."""
    demo: bool = False


def first_pick(con: duckdb.DuckDBPyConnection) -> str | None:
    """Return the name of a model near the top of the newest report."""
    return next((name for (name,) in con.execute(FIRST_PICK).fetchall()), None)


def program() -> str:
    """Return how to call the program: by its name if it is on the path, else by the path of this process."""
    called = Path(sys.argv[0])
    usual = called.name != "hubtrends" or shutil.which("hubtrends") is not None
    return "hubtrends" if usual else shlex.quote(str(called))


def lines(steps: NextSteps, called: str) -> Iterator[str]:
    """Yield the next steps as lines of text."""
    where = f"--db {shlex.quote(str(steps.database))}"
    at = f" --as-of {steps.as_of:%Y-%m-%dT%H:%MZ}" if steps.as_of else ""
    yield f"Open it   {called} open --out {shlex.quote(str(steps.page.parent))}"
    yield f"Ask       {called} trends models{at} {where}"
    if steps.model:
        yield f"          {called} history {shlex.quote(steps.model)} {where}"
    yield f"          {called} sql \"FROM leaders('model', 'likes') LIMIT 5\" {where}"
    if steps.demo:
        yield f"For real  {called} weekly"
        yield "          The first run shows what is popular; a second one, a week later, what moved."
    else:
        yield f"Next week {called} weekly"
        yield "          The second run compares the two weeks; `hubtrends daemon` runs it on schedule."
