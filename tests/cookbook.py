"""The cookbook's entries: read, asked and answered anew.

    docs/cookbook.md | entries: a question, its SQL, its answer
                     | asked of the demo's database by the DuckDB command line, or by DuckDB in Python
                     | answered: the same text with the answers that the command line gives

An answer is what `duckdb -box` prints. SQL that begins with ATTACH is asked of a session without a database, all
other SQL of a session that has opened the database read-only; the working folder holds it as `hub.duckdb`.
`python -m tests.cookbook` writes all answers anew.

    CookbookError
    ├── NotAnEntry      a heading without a paragraph, SQL and an answer below it
    └── NotAnswered     DuckDB refuses the SQL
"""

import contextlib
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from hubtrends.demo import run_demo
from tests.fakes.quiet import Kept

PAGE = Path(__file__).parent.parent / "docs" / "cookbook.md"
DATABASE = "hub.duckdb"
SEED = 7
ALONE = "ATTACH"
COMMAND_LINE = Path(sys.executable).with_name("duckdb")
IN_UTC = "SET TimeZone = 'UTC';"

_ENTRY = re.compile(
    r"^### (?P<question>[^\n]+)\n\n(?P<about>(?!```|#).+?)\n\n```sql\n(?P<sql>.*?)```\n\n```text\n(?P<answer>.*?)```\n",
    re.DOTALL,
)


class CookbookError(Exception):
    """The cookbook cannot be read or answered."""


class NotAnEntry(CookbookError):
    """A heading has no paragraph, SQL and answer below it."""

    def __init__(self, heading: str) -> None:
        super().__init__(f"{heading!r}: write a paragraph, a sql block and a text block below it")
        self.heading = heading


class NotAnswered(CookbookError):
    """DuckDB refuses the SQL of an entry."""

    def __init__(self, sql: str, cause: str) -> None:
        super().__init__(f"{cause.strip()}\nMend this SQL in {PAGE.name}:\n{sql}")
        self.sql = sql
        self.cause = cause


@dataclass(frozen=True, slots=True)
class Entry:
    """One question of the cookbook."""

    question: str
    about: str
    sql: str
    answer: str


def parts(page: str) -> list[str]:
    """The page cut before each third-level and second-level heading; joined they are the page."""
    return re.split(r"^(?=###? )", page, flags=re.MULTILINE)


def entries(page: str) -> list[Entry]:
    """The entries of a page in their order; raises NotAnEntry."""
    return [_entry(part) for part in parts(page) if part.startswith("### ")]


def answered(page: str, ask: Callable[[str], str]) -> str:
    """The page with each answer replaced by what `ask` gives for the entry's SQL."""
    return "".join(_answered(part, ask) if part.startswith("### ") else part for part in parts(page))


def build_database(folder: Path) -> Path:
    """Make the demo's database in a folder; returns the folder in which it lies alone."""
    *_, made = run_demo(folder / "demo", SEED, Kept(), threading.Event(), daily_from=21)
    kitchen = folder / "kitchen"
    kitchen.mkdir()
    return made.rename(kitchen / DATABASE).parent


def ask_command_line(sql: str, folder: Path) -> str:
    """The answer of the `duckdb` command line, started in a folder; raises NotAnswered."""
    opened = [] if sql.startswith(ALONE) else ["-readonly", DATABASE]
    done = subprocess.run(
        [COMMAND_LINE, "-no-init", "-batch", "-bail", "-box", "-cmd", IN_UTC, *opened],
        input=sql,
        capture_output=True,
        cwd=folder,
        encoding="utf-8",
        check=False,
    )
    if done.returncode or done.stderr:
        raise NotAnswered(sql, done.stderr)
    return done.stdout


def ask_python(sql: str, folder: Path) -> str:
    """The answer of DuckDB's Python package, boxed as the command line does it; raises NotAnswered."""
    with contextlib.chdir(folder), contextlib.closing(duckdb.connect()) as con:
        con.execute(IN_UTC if sql.startswith(ALONE) else f"{IN_UTC} ATTACH '{DATABASE}' AS hub (READ_ONLY); USE hub")
        try:
            *before, last = duckdb.extract_statements(sql)
            for statement in before:
                con.execute(statement)
            answer = con.sql(last.query).project("CAST(COLUMNS(*) AS VARCHAR)")
            return boxed(answer.columns, answer.fetchall())
        except duckdb.Error as error:
            raise NotAnswered(sql, str(error)) from error


def boxed(columns: Sequence[str], rows: Sequence[Sequence[str | None]]) -> str:
    """Rows of text as `duckdb -box` draws them: names in the middle, values to the left."""
    cells = [["NULL" if value is None else value for value in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]

    def rule(left: str, between: str, right: str) -> str:
        return left + between.join("─" * (width + 2) for width in widths) + right

    def line(words: Sequence[str], align: str) -> str:
        return "│" + "│".join(f" {word:{align}{width}} " for word, width in zip(words, widths, strict=True)) + "│"

    body = [line(row, "<") for row in cells]
    return "\n".join([rule("┌", "┬", "┐"), line(columns, "^"), rule("├", "┼", "┤"), *body, rule("└", "┴", "┘"), ""])


def main() -> None:
    """Write all answers of the cookbook anew."""
    page = PAGE.read_text(encoding="utf-8")
    entries(page)
    with tempfile.TemporaryDirectory() as folder:
        kitchen = build_database(Path(folder))
        PAGE.write_text(answered(page, lambda sql: ask_command_line(sql, kitchen)), encoding="utf-8")


def _entry(part: str) -> Entry:
    found = _ENTRY.match(part)
    if found is None:
        raise NotAnEntry(part.partition("\n")[0])
    return Entry(**found.groupdict())


def _answered(part: str, ask: Callable[[str], str]) -> str:
    entry = _entry(part)
    return part.replace(f"```text\n{entry.answer}```", f"```text\n{ask(entry.sql)}```")


if __name__ == "__main__":
    main()
