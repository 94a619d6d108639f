-- What is known of each thing as of its newest sighting.
UPDATE entities
SET id = k.id,
    created_at = coalesce(k.created_at, entities.created_at),
    last_modified = coalesce(k.last_modified, entities.last_modified),
    last_seen = $observed_at,
    last_snapshot = $snapshot_id,
    status = 'listed'
FROM keyed AS k
WHERE entities.entity_key = k.entity_key;
