-- Every reject belongs to a snapshot of its kind.
SELECT DISTINCT 'snapshot ' || r.snapshot_id AS broken
FROM rejects AS r
ANTI JOIN snapshots AS s ON s.snapshot_id = r.snapshot_id AND s.kind = r.kind
