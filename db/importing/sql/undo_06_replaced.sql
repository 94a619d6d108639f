-- The attributes and dates, once the rows of the snapshots are gone.
DELETE FROM {table} WHERE entity_key IN (SELECT r.entity_key FROM rebuilt AS r);

INSERT INTO {table} BY NAME
SELECT r.* FROM rebuilt AS r JOIN entities AS e ON e.entity_key = r.entity_key ORDER BY r.entity_key, r.valid_from;

UPDATE entities SET id = r.id
FROM rebuilt AS r
WHERE r.entity_key = entities.entity_key AND r.valid_to IS NULL AND r.id <> entities.id;

UPDATE entities
SET created_at = coalesce(d.created_at, entities.created_at), last_modified = coalesce(d.last_modified, entities.last_modified)
FROM dates AS d
WHERE d.entity_key = entities.entity_key;
