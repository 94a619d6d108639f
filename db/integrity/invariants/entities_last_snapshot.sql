-- The last snapshot of an entity has its kind and observes it, unless the snapshot was pruned.
SELECT 'entity ' || e.entity_key || ', snapshot ' || e.last_snapshot AS broken
FROM entities AS e
JOIN snapshots AS s ON s.snapshot_id = e.last_snapshot
ANTI JOIN observations AS o ON o.snapshot_id = e.last_snapshot AND o.entity_key = e.entity_key
UNION ALL
SELECT 'entity ' || e.entity_key || ', snapshot ' || e.last_snapshot
FROM entities AS e
JOIN snapshots AS s ON s.snapshot_id = e.last_snapshot
WHERE s.kind <> e.kind
