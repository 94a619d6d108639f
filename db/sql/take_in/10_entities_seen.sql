-- What is known of each thing as of its newest sighting. Names and dates are written only where they changed: a write
-- of text to every row would cost more than all the rest.
UPDATE entities
SET last_seen = $observed_at, last_snapshot = $snapshot_id
FROM sighted AS s
WHERE entities.entity_key = s.entity_key AND s.seen_before <> $snapshot_id;

UPDATE entities
SET id = n.id, created_at = n.created_at, last_modified = n.last_modified, status = 'listed'
FROM (
    SELECT s.entity_key, w.id, coalesce(e.created_at, w.created_at) AS created_at,
           coalesce(w.last_modified, e.last_modified) AS last_modified
    FROM sighted AS s
    JOIN (SELECT place, id, created_at, {last_modified} AS last_modified FROM read_parquet($files)) AS w
         ON w.place = s.place
    JOIN entities AS e ON e.entity_key = s.entity_key
    WHERE w.id <> e.id OR e.status <> 'listed'
       OR coalesce(e.created_at, w.created_at) IS DISTINCT FROM e.created_at
       OR coalesce(w.last_modified, e.last_modified) IS DISTINCT FROM e.last_modified
) AS n
WHERE entities.entity_key = n.entity_key;
