"""Asks a database in a child process, so that a crash of DuckDB on damaged pages becomes an error of ours."""

import contextlib
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from db.commit.paths import regular_file
from db.connect import explain, explain_read, spill_folder
from db.errors import DatabaseDamagedError, DatabaseMissingError, StoreError

_READER = Path(__file__).with_name("reader.py")


@dataclass(frozen=True, slots=True)
class IsolatedReader:
    """A read-only session on the file at `path`, in a process of its own."""

    path: Path
    child: subprocess.Popen[bytes]

    def ask(self, query: str, parameters: Mapping[str, object] | None = None) -> list[list[Any]]:
        """Return the rows of a query.

        Raises DatabaseDamagedError if DuckDB crashes, else the error that `explain_read` returns.
        """
        assert self.child.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self.child.stdin.write(json.dumps([query, parameters]).encode() + b"\n")
        return self.answer(explain_read)

    def answer(self, explained: Callable[[Path, str], StoreError]) -> list[list[Any]]:
        """Return the rows that the child sends next; `explained` turns DuckDB's message into the error to raise."""
        assert self.child.stdout is not None
        if not (line := self.child.stdout.readline()):
            raise DatabaseDamagedError(
                self.path, f"DuckDB ended with {_ending(self.child.wait())} while it read the file"
            )
        answer = json.loads(line)
        if "error" in answer:
            raise explained(self.path, answer["error"])
        rows: list[list[Any]] = answer["rows"]
        return rows


@contextlib.contextmanager
def open_isolated(path: Path) -> Iterator[IsolatedReader]:
    """Open the file in a child process for the length of the block.

    Raises what `open_readonly` raises.
    """
    regular_file(path)
    if not path.exists():
        raise DatabaseMissingError(path)
    # -P: the folder of the script is ours, and its names would hide those of the standard library
    command = [sys.executable, "-P", str(_READER), str(path), spill_folder(path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(  # noqa: S603
        command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, bufsize=0
    ) as child:
        reader = IsolatedReader(path, child)
        try:
            reader.answer(explain)
            yield reader
        finally:
            child.kill()


def _ending(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"
