"""sql: a read-only query, run by a child process with limits of time and memory."""

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
from hubtrends.commands.options import ConfigOption, DbOption, open_for_query, say, settings_for, show
from hubtrends.errors import MemoryLimitError, SizeError, SqlRefusedError, TimeLimitError
from hubtrends.output.rows import Format, Rows
from hubtrends.shell import shell_of
from hubtrends.sizes import MEMORY, parse_size


class SqlFormat(StrEnum):
    """The output formats of other commands, and Parquet."""

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
    limit: Annotated[int, typer.Option(min=1, max=10**9, help="Maximum number of rows.")] = 10_000,
    seconds: Annotated[float, typer.Option("--timeout", callback=_seconds, help="Time limit in seconds.")] = 300.0,
    memory: Annotated[
        int, typer.Option("--memory", parser=_memory, metavar="SIZE", help="Memory limit, such as 500MB.")
    ] = MEMORY,  # type: ignore[assignment]  # typer parses a default that is text
    unsafe: Annotated[bool, typer.Option("--unsafe", help="Let SQL reach files and the network.")] = False,
    config: ConfigOption = None,
    db: DbOption = None,
) -> None:
    """Query the database in SQL, read-only."""
    if style is SqlFormat.PARQUET and sys.stdout.isatty():
        raise typer.BadParameter("Parquet cannot be shown in a terminal: redirect it, as in `> answer.parquet`")
    shell = shell_of(ctx)
    confinement = shell.confinement
    asked = _Query(query, style, limit)
    try:
        with open_for_query(settings_for(config, db), shell.clock(), sealed=not unsafe, memory=memory) as con:
            if confinement is not None:
                confinement.start(seconds, memory)
            with _time_limit(con, seconds):
                write = asked.answer(con)
        if confinement is not None:
            confinement.answered()
        write()
    except (duckdb.OutOfMemoryException, MemoryError):
        raise MemoryLimitError(memory, "--memory") from None


@contextlib.contextmanager
def _time_limit(con: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    """Interrupt the query between two steps; the parent process kills a step that takes longer."""
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
class _Query:
    """A query and the format of its result."""

    query: str
    style: SqlFormat
    limit: int

    def answer(self, con: duckdb.DuckDBPyConnection) -> Callable[[], None]:
        """Run the query; return a function that prints the result."""
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
            self._say_cut(len(rows))
            show(Rows(columns, rows[: self.limit]), Format(self.style.value), every_column=True)

        return write

    def _as_parquet(self, con: duckdb.DuckDBPyConnection) -> Callable[[], None]:
        from hubtrends.output.frames import (
            frame,  # lazy: importing polars takes 0.1 s
        )

        answer = frame(con, self.query, limit=self.limit + 1)

        def write() -> None:
            self._say_cut(len(answer))
            answer.head(self.limit).write_parquet(sys.stdout.buffer)
            sys.stdout.flush()

        return write

    def _say_cut(self, rows: int) -> None:
        if rows > self.limit:
            say(f"only the first {self.limit:,} rows are shown; --limit shows more")
