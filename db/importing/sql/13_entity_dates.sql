-- Writes the new dates; import_dates keeps the previous ones for --undo.
-- reads: new_dates
-- writes: import_dates, entities
-- parameters: snapshot_id
INSERT INTO import_dates BY NAME
SELECT $snapshot_id AS snapshot_id, d.entity_key, d.created_at, d.last_modified, e.created_at AS created_before,
       e.last_modified AS modified_before
FROM new_dates AS d
JOIN entities AS e ON e.entity_key = d.entity_key
WHERE d.entity_key NOT IN (SELECT i.entity_key FROM import_dates AS i WHERE i.snapshot_id = $snapshot_id);

UPDATE entities
SET created_at = least(entities.created_at, d.created_at),
    last_modified = greatest(entities.last_modified, d.last_modified)
FROM new_dates AS d
WHERE entities.entity_key = d.entity_key;
