"""The errors of the simulated Hub.

SimError
├── RefusedError          the Hub answers with an error status
├── BeforeTheWorldError   the requested moment is before the first day of the simulated world
└── FolderError           a folder of records cannot be played back
"""

from datetime import date, datetime
from pathlib import Path


class SimError(Exception):
    """The simulated Hub cannot continue."""


class RefusedError(SimError):
    """The Hub answers with `status` and `message` instead of data; `code` is for programs."""

    def __init__(self, status: int, message: str, code: str | None = None) -> None:
        self.status, self.message, self.code = status, message, code
        super().__init__(f"{status}: {message}")


class BeforeTheWorldError(SimError):
    """The requested moment is before the first day of the simulated world."""

    def __init__(self, moment: datetime, start: date) -> None:
        self.moment, self.start = moment, start
        super().__init__(f"{moment.isoformat()} is before the world starts; ask for {start} or later")


class FolderError(SimError):
    """The folder cannot be played back; `path` is the folder or file, `line` counts from 1."""

    def __init__(self, path: Path, reason: str, line: int | None = None) -> None:
        self.path, self.line = path, line
        super().__init__(f"{path if line is None else f'{path}, line {line}'}: {reason}")
