-- Mark listed entities that a whole walk in creation order did not show, if they existed when it began. They are missing,
-- not removed: a direct look-up decides.
-- reads: entities, seen
-- writes: entities
-- parameters: kind, snapshot_id, started_at
UPDATE entities SET status = 'missing'
WHERE kind = $kind AND status = 'listed' AND last_snapshot <> $snapshot_id
  AND coalesce(created_at, first_seen) < $started_at AND entity_key NOT IN (SELECT entity_key FROM seen);
