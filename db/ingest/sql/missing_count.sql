-- How many entities a whole walk has newly missed, of how many that it should have shown.
SELECT count(*) FILTER (last_snapshot <> $snapshot_id AND entity_key NOT IN (SELECT entity_key FROM seen)), count(*)
FROM entities
WHERE kind = $kind AND status = 'listed' AND coalesce(created_at, first_seen) < $started_at;
