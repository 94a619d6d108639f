-- Things never seen before, numbered in the order of the walk.
INSERT INTO entities
SELECT (SELECT coalesce(max(entity_key), 0) FROM entities) + row_number() OVER (ORDER BY s.place),
       $kind, s.hub_id, s.id, s.created_at, s.last_modified, $observed_at, $observed_at, $snapshot_id, 'listed'
FROM staged AS s
ANTI JOIN (SELECT hub_id FROM entities WHERE kind = $kind) AS e ON e.hub_id = s.hub_id;
