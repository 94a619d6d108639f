-- Entities of which the snapshot says something else than was known of the moment, and until when its word holds: until
-- the next snapshot that showed the entity and says as much. Of one that has been pruned the change it brought is left.
CREATE OR REPLACE TEMP TABLE changed AS
WITH differing AS (
    SELECT g.entity_key, g.place, false AS is_first
    FROM sighted AS g
    JOIN staged AS s ON s.place = g.place
    JOIN {table} AS f ON f.entity_key = g.entity_key
         AND f.valid_from <= $observed_at AND (f.valid_to > $observed_at OR f.valid_to IS NULL)
    WHERE ({differs}) AND g.entity_key NOT IN (SELECT entity_key FROM unknown)
    UNION ALL
    SELECT entity_key, place, true FROM unknown WHERE known_from IS NOT NULL
), later AS (
    SELECT unnest($later_ids::INTEGER[]) AS snapshot_id, unnest($later_times::TIMESTAMPTZ[]) AS observed_at
), following AS (
    SELECT o.entity_key, l.observed_at
    FROM observations AS o
    JOIN later AS l ON l.snapshot_id = o.snapshot_id
    UNION ALL
    SELECT entity_key, valid_from
    FROM (
        SELECT f.entity_key, f.valid_from, d.is_first, {is_told} AS is_told, [{shared}] AS said,
               lag([{shared}]) OVER earlier AS said_before, lag(f.valid_from) OVER earlier AS since
        FROM {table} AS f
        JOIN differing AS d ON d.entity_key = f.entity_key
        WHERE f.valid_to > $observed_at OR f.valid_to IS NULL
        WINDOW earlier AS (PARTITION BY f.entity_key ORDER BY f.valid_from)
    )
    WHERE CASE WHEN is_first AND since = $observed_at THEN is_told ELSE said <> said_before END
)
SELECT d.entity_key, any_value(d.place) AS place, min(n.observed_at) AS until
FROM differing AS d
LEFT JOIN following AS n ON n.entity_key = d.entity_key
GROUP BY d.entity_key
HAVING min(n.observed_at) IS NULL OR min(n.observed_at) > $observed_at;
