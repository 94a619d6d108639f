-- Insert the new entities.
-- reads: the spool, sighted
-- writes: entities
-- parameters: files, kind, snapshot_id, observed_at
INSERT INTO entities
SELECT s.entity_key, $kind, w.hub_id, w.id, w.created_at, {last_modified}, $observed_at, $observed_at, $snapshot_id, 'listed'
FROM read_parquet($files) AS w
JOIN sighted AS s ON s.place = w.place
WHERE s.seen_before = $snapshot_id
ORDER BY s.entity_key;
