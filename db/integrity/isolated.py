"""Query a database in a child process.

Damaged pages can crash DuckDB. The crash ends only the child and becomes an error here.
"""

import contextlib
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from db.commit.paths import LOGS, Files, regular_file
from db.connect import explain, explain_read, spill_folder
from db.errors import DatabaseDamagedError, DatabaseMissingError, StoreError

_READER = Path(__file__).with_name("reader.py")


@dataclass(frozen=True, slots=True)
class IsolatedReader:
    """A read-only session on the file at `path` in a separate process."""

    path: Path
    child: subprocess.Popen[bytes]

    def ask(self, query: str, parameters: Mapping[str, object] | None = None) -> list[list[Any]]:
        """Return the rows of a query.

        Raises DatabaseDamagedError if DuckDB crashes, otherwise the error from `explain_read`.
        """
        assert self.child.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self.child.stdin.write(json.dumps([query, parameters]).encode() + b"\n")
        return self.answer(explain_read)

    def answer(self, explained: Callable[[Path, str], StoreError]) -> list[list[Any]]:
        """Return the rows of the next answer; `explained` translates a DuckDB message into an error."""
        assert self.child.stdout is not None
        if not (line := self.child.stdout.readline()):
            code = self.child.wait()
            ending = signal.Signals(-code).name if code < 0 else f"exit code {code}"
            raise DatabaseDamagedError(self.path, f"DuckDB ended with {ending} while it read the file")
        answer = json.loads(line)
        if "error" in answer:
            raise explained(self.path, answer["error"])
        rows: list[list[Any]] = answer["rows"]
        return rows


@contextlib.contextmanager
def open_isolated(path: Path) -> Iterator[IsolatedReader]:
    """Open the file in a child process for the duration of the block.

    Raises the errors of `open_readonly`.
    """
    regular_file(path)
    for suffix in LOGS:
        regular_file(Files.of(path).log(suffix))
    if not path.exists():
        raise DatabaseMissingError(path)
    # -P: keep the script's folder off sys.path, where its modules would shadow the standard library
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
