-- Entities that a whole walk in creation order should have shown and did not: those that existed when it began.
-- They are missing, not removed: a direct look-up decides.
UPDATE entities SET status = 'missing'
WHERE kind = $kind AND status = 'listed' AND last_snapshot <> $snapshot_id
  AND coalesce(created_at, first_seen) < $started_at AND entity_key NOT IN (SELECT entity_key FROM seen);
