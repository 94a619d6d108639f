"""Which file an imported snapshot came from: its name, its bytes by their SHA-256, its revision and its licence."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb


@dataclass(frozen=True, slots=True)
class FileSource:
    """A file of an archive, as it is told to a reader who wants to fetch the same bytes."""

    file: str
    sha256: str
    bytes: int
    revision: str | None
    licence: str | None


def source_of(path: Path, revision: str | None, licence: str | None) -> FileSource:
    """Describe a file; all of it is read."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    return FileSource(path.name, digest.hexdigest(), path.stat().st_size, revision, licence)


def write_source(
    con: duckdb.DuckDBPyConnection, snapshot_id: int, source: FileSource, now: datetime, run_id: str
) -> None:
    """Store where a snapshot came from, once for each content of a file."""
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
class ArchiveHeld:
    """What the store holds of one archive and kind."""

    origin: str
    kind: str
    snapshots: int
    first_at: datetime
    last_at: datetime
    files: int
    """Files whose name and SHA-256 are stored."""
    revision: str | None
    """All that were given, with commas between them."""
    licence: str | None


def archives_held(con: duckdb.DuckDBPyConnection) -> list[ArchiveHeld]:
    """The archives that were imported, by name."""
    rows = con.execute(
        "SELECT s.origin, s.kind, count(DISTINCT s.snapshot_id), min(s.observed_at), max(s.observed_at),"
        " count(DISTINCT c.sha256), string_agg(DISTINCT c.revision, ', ' ORDER BY c.revision),"
        " string_agg(DISTINCT c.licence, ', ' ORDER BY c.licence)"
        " FROM snapshots AS s LEFT JOIN sources AS c ON c.snapshot_id = s.snapshot_id"
        " WHERE s.origin <> 'crawl' GROUP BY s.origin, s.kind ORDER BY s.origin, s.kind"
    ).fetchall()
    return [ArchiveHeld(*row) for row in rows]
