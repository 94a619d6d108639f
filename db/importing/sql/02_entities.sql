-- New entities, in the order of the file.
-- reads: first_rows, staged, entities
-- writes: entities
-- parameters: kind, observed_at, snapshot_id
INSERT INTO entities BY NAME
SELECT (SELECT coalesce(max(entity_key), 0) FROM entities) + row_number() OVER (ORDER BY s.place) AS entity_key,
       $kind AS kind, s.hub_id, s.id, s.created_at, s.last_modified,
       $observed_at AS first_seen, $observed_at AS last_seen, $snapshot_id AS last_snapshot, 'listed' AS status
FROM first_rows AS r
JOIN staged AS s ON s.place = r.place
ANTI JOIN (SELECT hub_id FROM entities WHERE kind = $kind) AS e ON e.hub_id = s.hub_id;
