"""Records the source file of an imported snapshot: name, SHA-256, revision and licence."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from crawler.kinds import OWN_ORIGIN


@dataclass(frozen=True, slots=True)
class FileSource:
    """The file of an archive, described so that a reader can fetch the same bytes."""

    file: str
    sha256: str
    bytes: int
    revision: str | None
    licence: str | None


def describe_file(path: Path, revision: str | None, licence: str | None) -> FileSource:
    """Describe a file; this reads all of it."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    return FileSource(path.name, digest.hexdigest(), path.stat().st_size, revision, licence)


def write_source(
    con: duckdb.DuckDBPyConnection, snapshot_id: int, source: FileSource, now: datetime, run_id: str
) -> None:
    """Store the source of a snapshot, once per content of a file."""
    con.execute(
        "INSERT INTO sources SELECT $snapshot_id, $file, $sha256, $bytes, $revision, $licence, $now, $run_id"
        " WHERE NOT EXISTS (SELECT 1 FROM sources AS s"
        "                   WHERE s.snapshot_id = $snapshot_id AND s.file = $file AND s.sha256 = $sha256)",
        {
            "snapshot_id": snapshot_id, "file": source.file, "sha256": source.sha256, "bytes": source.bytes,
            "revision": source.revision, "licence": source.licence, "now": now, "run_id": run_id,
        },
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ImportedArchive:
    """The stored snapshots of one archive and kind."""

    origin: str
    kind: str
    snapshots: int
    first_at: datetime
    last_at: datetime
    files: int
    """The number of files with a stored SHA-256."""
    revision: str | None
    """All given values, separated by commas."""
    licence: str | None


def list_archives(con: duckdb.DuckDBPyConnection) -> list[ImportedArchive]:
    """List the imported archives by name."""
    rows = con.execute(
        "SELECT s.origin, s.kind, count(DISTINCT s.snapshot_id), min(s.observed_at), max(s.observed_at),"
        " count(DISTINCT c.sha256), string_agg(DISTINCT c.revision, ', ' ORDER BY c.revision),"
        " string_agg(DISTINCT c.licence, ', ' ORDER BY c.licence)"
        " FROM snapshots AS s LEFT JOIN sources AS c ON c.snapshot_id = s.snapshot_id"
        " WHERE s.origin <> ? GROUP BY s.origin, s.kind ORDER BY s.origin, s.kind",
        [OWN_ORIGIN],
    ).fetchall()
    return [ImportedArchive(*row) for row in rows]
