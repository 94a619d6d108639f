-- What else the rows say of their entities: the earliest date of creation, unless an own snapshot has said one, and the
-- newest change.
CREATE OR REPLACE TEMP TABLE dated AS
SELECT g.entity_key, {created_at} AS created_at, {last_modified} AS last_modified,
       e.created_at IS NOT NULL AS is_dated
FROM sighted AS g
JOIN staged AS s ON s.place = g.place
JOIN entities AS e ON e.entity_key = g.entity_key
WHERE {created_at} < e.created_at OR (e.created_at IS NULL AND {created_at} IS NOT NULL)
   OR {last_modified} > e.last_modified OR (e.last_modified IS NULL AND {last_modified} IS NOT NULL);

UPDATE dated SET created_at = NULL
WHERE is_dated AND entity_key IN (
    SELECT o.entity_key
    FROM observations AS o
    JOIN dated AS d ON d.entity_key = o.entity_key
    JOIN snapshots AS s ON s.snapshot_id = o.snapshot_id
    WHERE s.origin = 'crawl'
);

INSERT INTO import_dates
SELECT $snapshot_id, d.entity_key, d.created_at, d.last_modified, e.created_at, e.last_modified
FROM dated AS d
JOIN entities AS e ON e.entity_key = d.entity_key
WHERE d.entity_key NOT IN (SELECT i.entity_key FROM import_dates AS i WHERE i.snapshot_id = $snapshot_id);

UPDATE entities
SET created_at = least(entities.created_at, d.created_at),
    last_modified = greatest(entities.last_modified, d.last_modified)
FROM dated AS d
WHERE entities.entity_key = d.entity_key;
