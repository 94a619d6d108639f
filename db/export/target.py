"""Where an export goes: a folder, or anything that fsspec can write to.

A file appears in a folder under its name only when it is whole. Elsewhere the manifest, which is written after the
files that it names, says what is whole.
"""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Protocol

import duckdb

from crawler.durable import sync
from db.commit.disk_space import is_full
from db.errors import DiskFullError, StoreError


class TargetError(StoreError):
    """The target of an export cannot be used; `path` is the database, `target` the address."""

    def __init__(self, path: Path, target: str, reason: str) -> None:
        super().__init__(path, target, reason)
        self.target = target
        self.reason = reason


class PackageMissingError(TargetError):
    """A package is missing for this kind of address; `reason` names it."""

    def __str__(self) -> str:
        return f"{self.target} cannot be written to yet: {self.reason}"


class TargetNotWritableError(TargetError):
    """The target refuses; `reason` is its own."""

    def __str__(self) -> str:
        return f"{self.target} cannot be used ({self.reason}): check the address and what it permits"


class Target(Protocol):
    """A place for files with names like `snapshots/kind=model/x.parquet`."""

    address: str

    def staged(self, name: str) -> contextlib.AbstractContextManager[Path]:
        """Gives a local path to write to; what is there at the end of the block gets the name."""

    def opened(self, name: str) -> contextlib.AbstractContextManager[IO[bytes]]:
        """Opens a file for reading; raises FileNotFoundError."""


class Folder:
    """A local folder."""

    def __init__(self, root: Path) -> None:
        self.root, self.address = root, str(root)

    @contextlib.contextmanager
    def staged(self, name: str) -> Iterator[Path]:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.part")
        try:
            yield part
            sync(part)
            part.replace(path)
            sync(path.parent)
        finally:
            part.unlink(missing_ok=True)

    @contextlib.contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        with (self.root / name).open("rb") as file:
            yield file


class Remote:
    """A place that fsspec writes to."""

    def __init__(self, filesystem: Any, root: str, address: str) -> None:
        self.filesystem, self.root, self.address = filesystem, root.rstrip("/"), address

    @contextlib.contextmanager
    def staged(self, name: str) -> Iterator[Path]:
        with tempfile.TemporaryDirectory() as folder:
            part = Path(folder, "part")
            yield part
            address = f"{self.root}/{name}"
            self.filesystem.makedirs(address.rpartition("/")[0], exist_ok=True)
            self.filesystem.put_file(str(part), address)

    @contextlib.contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        with self.filesystem.open(f"{self.root}/{name}", "rb") as file:
            yield file


def target_at(database: Path, address: str) -> Target:
    """The target at an address; anything without `://` is a local folder.

    Raises PackageMissingError or TargetNotWritableError.
    """
    scheme, found, rest = address.partition("://")
    if not found or scheme == "file":
        return Folder(Path(rest if found else address))
    import fsspec  # a tenth of a second that a local export need not wait

    try:
        filesystem, root = fsspec.core.url_to_fs(address)
    except ImportError as error:
        raise PackageMissingError(database, address, str(error)) from error
    except (ValueError, OSError) as error:
        raise TargetNotWritableError(database, address, str(error)) from error
    return Remote(filesystem, root, address)


@contextlib.contextmanager
def reachable(database: Path, target: Target) -> Iterator[None]:
    """Turn the refusals of a target into TargetNotWritableError, a full disk into DiskFullError."""
    try:
        yield
    except (OSError, duckdb.Error) as error:
        named = error.filename if isinstance(error, OSError) else None
        if is_full(error):
            raise DiskFullError(Path(named or target.address)) from error
        if not isinstance(error, OSError):
            raise
        raise TargetNotWritableError(database, target.address, error.strerror or str(error)) from error
