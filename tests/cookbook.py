"""Reads the entries of the cookbook, runs their SQL and updates their answers.

    docs/cookbook.md | entries    question, SQL and answer
                     | ask_*      run SQL on the database of the demo, with DuckDB's command line or in Python
                     | answered   the same text with the answers of the command line

An answer is the output of `duckdb -box`. SQL that begins with ATTACH runs in a session without a database; all other
SQL runs in a session that has opened hub.duckdb of the working folder read-only. `python -m tests.cookbook` updates all
answers.

    CookbookError
    ├── InvalidEntryError   a heading lacks a paragraph, SQL or an answer below it
    └── RefusedSqlError     DuckDB refuses the SQL
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
    """The cookbook cannot be read or updated."""


class InvalidEntryError(CookbookError):
    """A heading lacks a paragraph, SQL or an answer below it."""

    def __init__(self, heading: str) -> None:
        super().__init__(f"{heading!r}: write a paragraph, a sql block and a text block below it")
        self.heading = heading


class RefusedSqlError(CookbookError):
    """DuckDB refuses the SQL of an entry."""

    def __init__(self, sql: str, cause: str) -> None:
        super().__init__(f"{cause.strip()}\nCorrect this SQL in {PAGE.name}:\n{sql}")
        self.sql = sql
        self.cause = cause


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the cookbook."""

    question: str
    about: str
    sql: str
    answer: str


def parts(page: str) -> list[str]:
    """Split the page before each heading of the second and third level."""
    return re.split(r"^(?=###? )", page, flags=re.MULTILINE)


def entries(page: str) -> list[Entry]:
    """Return the entries of a page in order; raises InvalidEntryError."""
    return [_entry(part) for part in parts(page) if part.startswith("### ")]


def answered(page: str, ask: Callable[[str], str]) -> str:
    """Return the page with the answers that `ask` gives for the SQL of its entries."""
    return "".join(_answered(part, ask) if part.startswith("### ") else part for part in parts(page))


def build_database(folder: Path) -> Path:
    """Build the database of the demo in a folder; return the subfolder that contains only the database."""
    *_, database = run_demo(folder / "demo", SEED, Kept(), threading.Event())
    alone = folder / "alone"
    alone.mkdir()
    return database.rename(alone / DATABASE).parent


def ask_command_line(sql: str, folder: Path) -> str:
    """Return the answer of DuckDB's command line in a folder; raises RefusedSqlError."""
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
        raise RefusedSqlError(sql, done.stderr)
    return done.stdout


def ask_python(sql: str, folder: Path) -> str:
    """Return the answer of DuckDB in Python as the command line prints it; raises RefusedSqlError."""
    with contextlib.chdir(folder), contextlib.closing(duckdb.connect()) as con:
        con.execute(IN_UTC if sql.startswith(ALONE) else f"{IN_UTC} ATTACH '{DATABASE}' AS hub (READ_ONLY); USE hub")
        try:
            *before, last = duckdb.extract_statements(sql)
            for statement in before:
                con.execute(statement)
            answer = con.sql(last.query).project("CAST(COLUMNS(*) AS VARCHAR)")
            return boxed(answer.columns, answer.fetchall())
        except duckdb.Error as error:
            raise RefusedSqlError(sql, str(error)) from error


def boxed(columns: Sequence[str], rows: Sequence[Sequence[str | None]]) -> str:
    """Draw rows of text as `duckdb -box` does: centred names, left-aligned values."""
    cells = [["NULL" if value is None else value for value in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]

    def rule(left: str, between: str, right: str) -> str:
        return left + between.join("─" * (width + 2) for width in widths) + right

    def line(words: Sequence[str], align: str) -> str:
        return "│" + "│".join(f" {word:{align}{width}} " for word, width in zip(words, widths, strict=True)) + "│"

    body = [line(row, "<") for row in cells]
    return "\n".join([rule("┌", "┬", "┐"), line(columns, "^"), rule("├", "┼", "┤"), *body, rule("└", "┴", "┘"), ""])


def main() -> None:
    """Update all answers of the cookbook."""
    page = PAGE.read_text(encoding="utf-8")
    entries(page)
    with tempfile.TemporaryDirectory() as folder:
        database = build_database(Path(folder))
        PAGE.write_text(answered(page, lambda sql: ask_command_line(sql, database)), encoding="utf-8")


def _entry(part: str) -> Entry:
    found = _ENTRY.match(part)
    if found is None:
        raise InvalidEntryError(part.partition("\n")[0])
    return Entry(**found.groupdict())


def _answered(part: str, ask: Callable[[str], str]) -> str:
    entry = _entry(part)
    return part.replace(f"```text\n{entry.answer}```", f"```text\n{ask(entry.sql)}```")


if __name__ == "__main__":
    main()
