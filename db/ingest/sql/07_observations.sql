-- Insert the numbers of the slice.
-- reads: sightings
-- writes: observations
-- parameters: snapshot_id
INSERT INTO observations BY NAME
SELECT $snapshot_id AS snapshot_id, s.* EXCLUDE (previous_snapshot, place, fingerprint, is_redated)
FROM sightings AS s
ORDER BY s.entity_key;
