-- Replaces names and dates of the affected entities.
-- reads: rebuilt, dates
-- writes: entities
UPDATE entities SET id = r.id
FROM rebuilt AS r
WHERE r.entity_key = entities.entity_key AND r.valid_to IS NULL AND r.id <> entities.id;

UPDATE entities
SET created_at = coalesce(d.created_at, entities.created_at), last_modified = coalesce(d.last_modified, entities.last_modified)
FROM dates AS d
WHERE d.entity_key = entities.entity_key;
