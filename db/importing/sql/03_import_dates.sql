-- The dates of the new entities; --undo needs them.
-- reads: entities, observations, import_dates
-- writes: import_dates
-- parameters: kind, snapshot_id
INSERT INTO import_dates BY NAME
SELECT $snapshot_id AS snapshot_id, e.entity_key, e.created_at, e.last_modified
FROM entities AS e
WHERE e.kind = $kind AND e.last_snapshot = $snapshot_id
  AND e.entity_key NOT IN (SELECT o.entity_key FROM observations AS o WHERE o.snapshot_id = $snapshot_id)
  AND e.entity_key NOT IN (SELECT i.entity_key FROM import_dates AS i WHERE i.snapshot_id = $snapshot_id);
