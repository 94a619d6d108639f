-- Entities for which the rows state an earlier creation or a later change. The creation time that a crawl has stated
-- stays.
-- reads: row_entities, staged, entities, observations, snapshots
-- writes: new_dates
-- parameters: own_origin
CREATE OR REPLACE TEMP TABLE new_dates AS
SELECT r.entity_key, s.created_at, s.last_modified,
       e.created_at IS NOT NULL AS is_dated
FROM row_entities AS r
JOIN staged AS s ON s.place = r.place
JOIN entities AS e ON e.entity_key = r.entity_key
WHERE s.created_at < e.created_at OR (e.created_at IS NULL AND s.created_at IS NOT NULL)
   OR s.last_modified > e.last_modified OR (e.last_modified IS NULL AND s.last_modified IS NOT NULL);

UPDATE new_dates SET created_at = NULL
WHERE is_dated AND entity_key IN (
    SELECT o.entity_key
    FROM observations AS o
    JOIN new_dates AS d ON d.entity_key = o.entity_key
    JOIN snapshots AS s ON s.snapshot_id = o.snapshot_id
    WHERE s.origin = $own_origin
);
