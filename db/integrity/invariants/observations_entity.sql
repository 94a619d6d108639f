-- Every observation belongs to an existing entity of the snapshot's kind.
SELECT 'snapshot ' || $snapshot_id || ', entity ' || o.entity_key AS broken
FROM observations AS o
ANTI JOIN (
    SELECT e.entity_key
    FROM entities AS e JOIN snapshots AS s ON s.kind = e.kind
    WHERE s.snapshot_id = $snapshot_id
) AS e ON e.entity_key = o.entity_key
WHERE o.snapshot_id = $snapshot_id
