-- Entities whose attributes in this snapshot differ from the stored ones of that time, and the time until which the
-- new ones are valid: the next snapshot that shows the entity and states the same attributes. A pruned snapshot is
-- represented by the change that it left.
-- reads: row_entities, staged, unknown, observations, {table}
-- writes: changed
-- parameters: observed_at, later_ids, later_times
CREATE OR REPLACE TEMP TABLE changed AS
WITH differing AS (
    SELECT r.entity_key, r.place, false AS is_first
    FROM row_entities AS r
    JOIN staged AS s ON s.place = r.place
    JOIN {table} AS f ON f.entity_key = r.entity_key
         AND f.valid_from <= $observed_at AND (f.valid_to > $observed_at OR f.valid_to IS NULL)
    WHERE ({differs}) AND r.entity_key NOT IN (SELECT entity_key FROM unknown)
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
        SELECT f.entity_key, f.valid_from, d.is_first, {is_stated} AS is_stated, [{hashes}] AS hashes,
               lag([{hashes}]) OVER earlier AS hashes_before, lag(f.valid_from) OVER earlier AS since
        FROM {table} AS f
        JOIN differing AS d ON d.entity_key = f.entity_key
        WHERE f.valid_to > $observed_at OR f.valid_to IS NULL
        WINDOW earlier AS (PARTITION BY f.entity_key ORDER BY f.valid_from)
    )
    WHERE CASE WHEN is_first AND since = $observed_at THEN is_stated ELSE hashes <> hashes_before END
)
SELECT d.entity_key, any_value(d.place) AS place, min(n.observed_at) AS valid_until
FROM differing AS d
LEFT JOIN following AS n ON n.entity_key = d.entity_key
GROUP BY d.entity_key
HAVING min(n.observed_at) IS NULL OR min(n.observed_at) > $observed_at;
