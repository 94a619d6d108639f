"""Read and write the manifest of an export, and verify its files."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import IO

from db.export.target import Target

NAME = "manifest.json"

LAYOUT = 1
"""The version of the folder layout and the manifest; a new version rewrites all files."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A complete file in the target."""

    path: str
    rows: int
    bytes: int
    sha256: str
    state: str
    """The version tag of the content; a different tag causes a rewrite."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The contents of an export."""

    database: str
    """The identity of the exported database: its creation time."""
    schema_version: int
    complete: bool
    """Whether the last export finished; the listed files are complete in any case."""
    files: Mapping[str, Exported] = field(default_factory=dict)

    def encoded(self) -> bytes:
        """Encode the manifest as JSON; equal exports give equal bytes."""
        files = [asdict(self.files[path]) for path in sorted(self.files)]
        content = {
            "layout": LAYOUT, "database": self.database, "schema_version": self.schema_version,
            "complete": self.complete, "files": files,
        }  # fmt: skip
        return json.dumps(content, indent=1).encode() + b"\n"


def read_manifest(target: Target) -> Manifest | None:
    """Return the manifest in the target, None if it is missing or unreadable."""
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
    """Replace the manifest in the target."""
    with target.staged(NAME) as part:
        part.write_bytes(manifest.encoded())


def checksum(file: IO[bytes]) -> tuple[str, int]:
    """Return the SHA-256 of a file in hexadecimal, and its length in bytes."""
    digest, length = hashlib.sha256(), 0
    while block := file.read(1 << 20):
        digest.update(block)
        length += len(block)
    return digest.hexdigest(), length


def damages(target: Target, manifest: Manifest) -> Iterator[str]:
    """Yield one line for each missing or changed file of the manifest."""
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
