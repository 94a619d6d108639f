-- Insert the new entities.
-- reads: the spool, sightings
-- writes: entities
-- parameters: files, kind, snapshot_id, observed_at, dates
INSERT INTO entities BY NAME
SELECT s.entity_key, $kind AS kind, w.hub_id, w.id, COLUMNS($dates), $observed_at AS first_seen, $observed_at AS last_seen,
       $snapshot_id AS last_snapshot, 'listed' AS status
FROM read_parquet($files) AS w
JOIN sightings AS s ON s.place = w.place
WHERE s.previous_snapshot = $snapshot_id
ORDER BY s.entity_key;
