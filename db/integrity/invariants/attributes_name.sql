-- The name of an entity equals the name in its current attribute row.
SELECT 'entity ' || e.entity_key AS broken
FROM entities AS e
JOIN names AS n ON n.entity_key = e.entity_key AND n.valid_to IS NULL
WHERE n.id <> e.id
