-- Every observation belongs to an existing snapshot.
SELECT 'snapshot ' || snapshot_id AS broken
FROM (SELECT DISTINCT snapshot_id FROM observations)
WHERE snapshot_id NOT IN (SELECT snapshot_id FROM snapshots)
