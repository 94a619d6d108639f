-- Count the entities that a whole walk newly missed, and those that it should have shown.
-- reads: entities, seen
-- writes: nothing
-- parameters: kind, snapshot_id, started_at
SELECT count(*) FILTER (last_snapshot <> $snapshot_id AND entity_key NOT IN (SELECT entity_key FROM seen)), count(*)
FROM entities
WHERE kind = $kind AND status = 'listed' AND coalesce(created_at, first_seen) < $started_at;
