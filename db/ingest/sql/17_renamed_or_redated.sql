-- Update names and dates only where they changed: writing text to every row would cost more than all other steps.
-- reads: the spool, told_anew, entities
-- writes: entities
-- parameters: files
UPDATE entities
SET id = n.id, created_at = n.created_at, last_modified = n.last_modified, status = 'listed'
FROM (
    SELECT t.entity_key, w.id, coalesce(e.created_at, w.created_at) AS created_at,
           coalesce({last_modified}, e.last_modified) AS last_modified
    FROM told_anew AS t
    JOIN read_parquet($files) AS w ON w.place = t.place
    JOIN entities AS e ON e.entity_key = t.entity_key
) AS n
WHERE entities.entity_key = n.entity_key;
