"""Define the errors of backup and restore, a branch of the tree in db/errors.py."""

from pathlib import Path

from db.backup.sums import sum_file
from db.errors import StoreError


class BackupError(StoreError):
    """An error of the backup at `path`."""


class BackupPathError(BackupError):
    """The given `path` cannot be used as a backup source or target."""


class BackupMissingError(BackupPathError):
    """No file exists at `path`."""

    def __str__(self) -> str:
        return f"{self.path} does not exist: name a file that `hubtrends backup` wrote"


class BackupExistsError(BackupPathError):
    """A file exists at `path`."""

    def __str__(self) -> str:
        return f"{self.path} exists: name another file, or give --force to replace it"


class NotReplaceableError(BackupPathError):
    """The file at `path` is neither a hubtrends database nor a backup of one."""

    def __str__(self) -> str:
        return f"{self.path} is neither a database nor a backup of hubtrends, so it stays: name another file"


class OwnFileError(BackupPathError):
    """The path belongs to the `database` or to a file that it needs."""

    def __init__(self, path: Path, database: Path) -> None:
        super().__init__(path, database)
        self.database = database

    def __str__(self) -> str:
        return f"{self.path} belongs to the database {self.database} itself: name another file"


class LeftoverLogError(BackupPathError):
    """A foreign `.wal` file next to the path prevents DuckDB from opening a backup there."""

    def __init__(self, path: Path, log: Path) -> None:
        super().__init__(path, log)
        self.log = log

    def __str__(self) -> str:
        return f"{self.log} lies next to {self.path} and belongs to another file: move it away, or name another file"


class NameNotTextError(BackupPathError):
    """The path is not valid UTF-8, so DuckDB cannot open it."""

    def __str__(self) -> str:
        return f"{self.path} has a name that is not UTF-8, which DuckDB cannot open: name or rename it otherwise"


class CopyDiffersError(BackupError):
    """The copy at `path` differs from its original in `parts`."""

    def __init__(self, path: Path, parts: tuple[str, ...]) -> None:
        super().__init__(path, parts)
        self.parts = parts

    def __str__(self) -> str:
        rest = f" and {len(self.parts) - 3} more" if len(self.parts) > 3 else ""
        where = f"{', '.join(self.parts[:3])}{rest}"
        return f"the copy at {self.path} differs from its original in {where}: it was removed; try again"


class ChecksumMismatchError(BackupError):
    """The backup at `path` does not match its checksum file."""

    def __str__(self) -> str:
        return f"{self.path} does not fit the sum in {sum_file(self.path).name}: take another backup"


class ChecksumUnreadableError(BackupError):
    """The `.sha256` file of the backup at `path` is unreadable or holds no checksum."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"{sum_file(self.path)} {self.reason}: take another backup, or move that file away to restore without it"


class BackupDamagedError(BackupError):
    """The backup at `path` has unreadable pages; `reason` names the place."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"the backup {self.path} is damaged ({self.reason}): take another backup"


class NotABackupError(BackupError):
    """The file at `path` is not a hubtrends database."""

    def __str__(self) -> str:
        return f"{self.path} is no database of hubtrends: name a file that `hubtrends backup` wrote"
