-- The counters of the snapshot.
-- reads: row_entities, staged
-- writes: observations
-- parameters: snapshot_id, numbers
INSERT INTO observations BY NAME
SELECT $snapshot_id AS snapshot_id, r.entity_key, COLUMNS($numbers)
FROM row_entities AS r
JOIN staged AS s ON s.place = r.place
ORDER BY r.entity_key;
