INSERT INTO observations BY NAME
SELECT $snapshot_id AS snapshot_id, g.entity_key{numbers}
FROM sighted AS g
JOIN staged AS s ON s.place = g.place
ORDER BY g.entity_key;
