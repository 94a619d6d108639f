-- Every coverage row belongs to a snapshot of its kind and counts at least the records that the snapshot holds.
SELECT DISTINCT 'snapshot ' || c.snapshot_id AS broken
FROM coverage AS c
LEFT JOIN snapshots AS s ON s.snapshot_id = c.snapshot_id AND s.kind = c.kind
WHERE s.snapshot_id IS NULL OR c.carried > c.records OR (c.source = 'store' AND c.records < s.records)
