-- The dates of the affected entities without the changes of the undone snapshots. They are the dates before the first
-- recorded change, plus the later changes of other archives. A crawl that shows an entity after an import states its
-- last change itself. Entities without earlier dates keep their dates.
-- reads: sightings, import_dates, affected, undone
-- writes: dates
-- parameters: own_origin
CREATE OR REPLACE TEMP TABLE dates AS
WITH crawled AS (
    SELECT s.entity_key, max(s.snapshot_id) AS snapshot_id FROM sightings AS s WHERE s.origin = $own_origin GROUP BY s.entity_key
), noted AS (
    SELECT i.*, u.snapshot_id IS NOT NULL AS is_undone, coalesce(i.snapshot_id > c.snapshot_id, true) AS is_since
    FROM import_dates AS i
    JOIN affected AS a ON a.entity_key = i.entity_key
    LEFT JOIN undone AS u ON u.snapshot_id = i.snapshot_id
    LEFT JOIN crawled AS c ON c.entity_key = i.entity_key
)
SELECT n.entity_key,
       least(arg_min(n.created_before, n.snapshot_id), min(n.created_at) FILTER (NOT n.is_undone)) AS created_at,
       greatest(arg_min(n.modified_before, n.snapshot_id) FILTER (n.is_since),
                max(n.last_modified) FILTER (NOT n.is_undone AND n.is_since)) AS last_modified
FROM noted AS n
GROUP BY n.entity_key
HAVING bool_or(n.is_undone);
