-- Things never seen before, numbered in the order of the walk.
INSERT INTO entities
SELECT (SELECT coalesce(max(entity_key), 0) FROM entities) + row_number() OVER (ORDER BY w.place),
       $kind, w.hub_id, w.id, w.created_at, w.last_modified, $observed_at, $observed_at, $snapshot_id, 'listed'
FROM (SELECT hub_id, id, created_at, {last_modified} AS last_modified, place FROM read_parquet($files)) AS w
LEFT JOIN repeated AS r ON r.hub_id = w.hub_id
ANTI JOIN (SELECT hub_id FROM entities WHERE kind = $kind) AS e ON e.hub_id = w.hub_id
WHERE coalesce(r.place, w.place) = w.place;
