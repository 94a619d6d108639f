-- Every event of a stored snapshot has the kind and time of the snapshot.
SELECT DISTINCT event || ' of snapshot ' || v.snapshot_id AS broken
FROM events AS v
JOIN snapshots AS s ON s.snapshot_id = v.snapshot_id
WHERE s.kind <> v.kind OR s.observed_at <> v.observed_at
