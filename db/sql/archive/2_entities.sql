-- Things never seen before, in the order of the file.
INSERT INTO entities
SELECT (SELECT coalesce(max(entity_key), 0) FROM entities) + row_number() OVER (ORDER BY s.place),
       $kind, s.hub_id, s.id, {created_at}, {last_modified}, $observed_at, $observed_at, $snapshot_id, 'listed'
FROM picked AS p
JOIN staged AS s ON s.place = p.place
ANTI JOIN (SELECT hub_id FROM entities WHERE kind = $kind) AS e ON e.hub_id = s.hub_id;
