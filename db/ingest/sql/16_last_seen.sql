-- Update the last sighting of known entities.
-- reads: sightings
-- writes: entities
-- parameters: snapshot_id, observed_at
UPDATE entities SET last_seen = $observed_at, last_snapshot = $snapshot_id
FROM sightings AS s
WHERE entities.entity_key = s.entity_key AND s.previous_snapshot <> $snapshot_id;
