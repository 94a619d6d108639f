"""Write an export to a local folder or to any address that fsspec supports.

A local file gets its final name only when it is complete. Other targets rely on the manifest, which is written after
the files that it lists.
"""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Protocol

import duckdb

from crawler.durable import make_folder, replace_durably
from db.commit.disk_space import is_full
from db.errors import DiskFullError
from db.export.errors import PackageMissingError, TargetNotWritableError


class Target(Protocol):
    """A store for files with names like `snapshots/kind=model/x.parquet`."""

    address: str

    def staged(self, name: str) -> contextlib.AbstractContextManager[Path]:
        """Yield a local path to write to, and store it as `name` afterwards."""

    def opened(self, name: str) -> contextlib.AbstractContextManager[IO[bytes]]:
        """Open a file for reading; raises FileNotFoundError."""


class Folder:
    """A local folder."""

    def __init__(self, root: Path) -> None:
        self.root, self.address = root, str(root)

    @contextlib.contextmanager
    def staged(self, name: str) -> Iterator[Path]:
        path = self.root / name
        make_folder(path.parent)
        part = path.with_name(f".{path.name}.part")
        try:
            yield part
            replace_durably(part, path)
        finally:
            part.unlink(missing_ok=True)

    @contextlib.contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        with (self.root / name).open("rb") as file:
            yield file


class Remote:
    """A target that fsspec writes to."""

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
    """Return the target for an address; an address without `://` is a local folder.

    Raises PackageMissingError or TargetNotWritableError.
    """
    scheme, found, rest = address.partition("://")
    if not found or scheme == "file":
        return Folder(Path(rest if found else address))
    import fsspec  # imported late: takes 0.1 s, which a local export can save

    try:
        filesystem, root = fsspec.core.url_to_fs(address)
    except ImportError as error:
        raise PackageMissingError(database, address, str(error)) from error
    except (ValueError, OSError) as error:
        raise TargetNotWritableError(database, address, str(error)) from error
    return Remote(filesystem, root, address)


@contextlib.contextmanager
def reachable(database: Path, target: Target) -> Iterator[None]:
    """Translate errors of a target into TargetNotWritableError, and a full disk into DiskFullError."""
    try:
        yield
    except (OSError, duckdb.Error) as error:
        named = error.filename if isinstance(error, OSError) else None
        if is_full(error):
            raise DiskFullError(Path(named or target.address)) from error
        if not isinstance(error, OSError):
            raise
        raise TargetNotWritableError(database, target.address, error.strerror or str(error)) from error
