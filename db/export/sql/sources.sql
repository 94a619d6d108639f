-- One row per imported file and snapshot.
SELECT s.origin, s.observed_at, c.file, c.sha256, c.bytes, c.revision, c.licence, c.imported_at
FROM sources AS c
JOIN snapshots AS s ON s.snapshot_id = c.snapshot_id
WHERE s.kind = '{kind}'
ORDER BY s.origin, s.observed_at, c.file, c.sha256
