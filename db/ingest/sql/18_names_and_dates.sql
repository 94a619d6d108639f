-- Update names and dates only where they changed: writing text to every row would cost more than all other steps. The
-- Hub states no last change for papers and articles: UNION BY NAME makes theirs NULL.
-- reads: the spool, renamed_or_redated, entities
-- writes: entities
-- parameters: files, dates
UPDATE entities
SET id = n.id, created_at = coalesce(entities.created_at, n.created_at),
    last_modified = coalesce(n.last_modified, entities.last_modified), status = 'listed'
FROM (
    SELECT entity_key, id, created_at, last_modified FROM entities WHERE false
    UNION ALL BY NAME
    SELECT r.entity_key, w.id, COLUMNS($dates)
    FROM renamed_or_redated AS r
    JOIN read_parquet($files) AS w ON w.place = r.place
) AS n
WHERE entities.entity_key = n.entity_key;
