"""The manifest of an export: which files it has, and how to tell that they are whole."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import IO

from db.export.target import Target

NAME = "manifest.json"

LAYOUT = 1
"""Of the folders and the manifest; another one makes all files be written anew."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A file that lies whole in the target."""

    path: str
    rows: int
    bytes: int
    sha256: str
    state: str
    """What the file was made from; it is written anew once that is something else."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an export consists of."""

    database: str
    """Which database it is of: when that was made."""
    schema_version: int
    complete: bool
    """Whether the last export came to its end; the files are whole in any case."""
    files: Mapping[str, Exported] = field(default_factory=dict)

    def encoded(self) -> bytes:
        """The manifest as a file: the same bytes for the same export."""
        files = [asdict(self.files[path]) for path in sorted(self.files)]
        content = {
            "layout": LAYOUT, "database": self.database, "schema_version": self.schema_version,
            "complete": self.complete, "files": files,
        }  # fmt: skip
        return json.dumps(content, indent=1).encode() + b"\n"


def read_manifest(target: Target) -> Manifest | None:
    """The manifest that lies in the target; None where there is none that is understood."""
    try:
        with target.opened(NAME) as file:
            content = json.loads(file.read())
        if content["layout"] != LAYOUT:
            return None
        files = {entry["path"]: Exported(**entry) for entry in content["files"]}
        return Manifest(content["database"], content["schema_version"], content["complete"], files)
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return None


def write_manifest(target: Target, manifest: Manifest) -> None:
    """Put the manifest in the place of the one before."""
    with target.staged(NAME) as part:
        part.write_bytes(manifest.encoded())


def checksum(file: IO[bytes]) -> tuple[str, int]:
    """The SHA-256 of a file in hexadecimal, and its length in bytes."""
    digest, length = hashlib.sha256(), 0
    while block := file.read(1 << 20):
        digest.update(block)
        length += len(block)
    return digest.hexdigest(), length


def damages(target: Target, manifest: Manifest) -> Iterator[str]:
    """What is wrong with the files that a manifest names, a line each."""
    for path in sorted(manifest.files):
        entry = manifest.files[path]
        try:
            with target.opened(path) as file:
                found, length = checksum(file)
        except FileNotFoundError:
            yield f"{path} is missing"
        else:
            if found != entry.sha256:
                yield f"{path} has {length:,} bytes that are not the {entry.bytes:,} written"
