"""sql: a question to the store in SQL, answered by a child process with limits of time and memory."""

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import duckdb
import typer

from db.connect import is_damage
from db.schema.migrate import path_of
from hubtrends.commands.options import (
    ConfigOption,
    DbOption,
    narration,
    open_for_query,
    settings_for,
    show,
)
from hubtrends.confined import Confinement, MemoryLimitError, TimeLimitError
from hubtrends.errors import SqlRefusedError
from hubtrends.output.rows import Format, Rows
from hubtrends.sizes import MEMORY, SizeError, parse_size


class SqlFormat(StrEnum):
    """How the answer of a query is printed: as any listing, or as a file for other programs."""

    TABLE = Format.TABLE.value
    JSON = Format.JSON.value
    CSV = Format.CSV.value
    MD = Format.MD.value
    PARQUET = "parquet"


def _memory(text: str) -> int:
    try:
        return parse_size(text)
    except SizeError as error:
        raise typer.BadParameter(str(error)) from None


def _seconds(given: float) -> float:
    if not 0.001 <= given <= 1e9:  # NaN is refused, too
        raise typer.BadParameter(f"{given:g} is not a number of seconds between 0.001 and 1,000,000,000")
    return given


def sql(
    ctx: typer.Context,
    query: Annotated[str, typer.Argument(metavar="QUERY", help="SQL, such as \"from week_over_week('model')\".")],
    style: Annotated[SqlFormat, typer.Option("--format", help="How the rows are printed.")] = SqlFormat.TABLE,
    limit: Annotated[int, typer.Option(min=1, max=10**9, help="Print at most so many rows.")] = 10_000,
    seconds: Annotated[
        float, typer.Option("--timeout", callback=_seconds, help="Give up after so many seconds.")
    ] = 300.0,
    memory: Annotated[
        int, typer.Option("--memory", parser=_memory, metavar="SIZE", help="Give up beyond so much, such as 500MB.")
    ] = MEMORY,  # type: ignore[assignment]  # typer parses a default that is text
    unsafe: Annotated[bool, typer.Option("--unsafe", help="Let SQL reach files and the network.")] = False,
    config: ConfigOption = None,
    db: DbOption = None,
) -> None:
    """Ask the database in SQL, read-only."""
    if style is SqlFormat.PARQUET and sys.stdout.isatty():
        raise typer.BadParameter("Parquet is not for a terminal: redirect it, as in `> answer.parquet`")
    confinement = ctx.find_object(Confinement)
    question = _Question(query, style, limit)
    try:
        with open_for_query(settings_for(config, db), sealed=not unsafe, memory=memory) as con:
            if confinement is not None:
                confinement.begins(seconds, memory)
            with _time_limit(con, seconds):
                write = question.answer(con)
        if confinement is not None:
            confinement.answered()
        write()
    except (duckdb.OutOfMemoryException, MemoryError):
        raise MemoryLimitError(memory, "--memory") from None


@contextlib.contextmanager
def _time_limit(con: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    """Interrupt the query between two of its steps; a step that takes longer is ended from outside."""
    timer = threading.Timer(min(seconds, threading.TIMEOUT_MAX), con.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    except duckdb.InterruptException:
        raise TimeLimitError(seconds) from None
    finally:
        timer.cancel()


@dataclass(frozen=True, slots=True)
class _Question:
    """What was asked, and how the answer is printed."""

    query: str
    style: SqlFormat
    limit: int

    def answer(self, con: duckdb.DuckDBPyConnection) -> Callable[[], None]:
        """Run the query and return what prints its answer."""
        if self.style is SqlFormat.PARQUET:
            return self._as_parquet(con)
        try:
            result = con.execute(self.query)
            if result is None:
                raise SqlRefusedError("there is no statement in it")
            columns = [column[0] for column in result.description or ()]
            rows = result.fetchmany(self.limit + 1)
        except (duckdb.InterruptException, duckdb.OutOfMemoryException):
            raise
        except duckdb.Error as error:
            if is_damage(path_of(con), error):
                raise
            raise SqlRefusedError(str(error)) from error

        def write() -> None:
            self._tell_cut(len(rows))
            show(Rows(columns, rows[: self.limit]), Format(self.style.value), every_column=True)

        return write

    def _as_parquet(self, con: duckdb.DuckDBPyConnection) -> Callable[[], None]:
        from hubtrends.output.frames import (
            frame,  # imported here: polars would cost every other query a tenth of a second
        )

        answer = frame(con, self.query, limit=self.limit + 1)

        def write() -> None:
            self._tell_cut(len(answer))
            answer.head(self.limit).write_parquet(sys.stdout.buffer)
            sys.stdout.flush()

        return write

    def _tell_cut(self, rows: int) -> None:
        if rows > self.limit:
            narration().print(f"only the first {self.limit:,} rows are shown; --limit shows more", highlight=False)
