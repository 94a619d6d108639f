-- Entities whose attributes in this snapshot differ from those stored for its time. The new attributes are valid until
-- valid_until, the time of the next snapshot that shows the entity and states the same attributes. A pruned snapshot is
-- represented by the change that it left.
-- reads: row_entities, staged, unknown, observations, {table}
-- writes: changed
-- parameters: observed_at, later_ids, later_times, names, compared
CREATE OR REPLACE TEMP TABLE changed AS
WITH differing AS (
    SELECT n.entity_key, n.place, false AS is_first
    FROM (
        SELECT r.entity_key, r.place, struct_pack(*COLUMNS($compared)) AS attributes
        FROM row_entities AS r
        JOIN {rows}('row_entities') AS s ON s.place = r.place
    ) AS n
    JOIN (
        SELECT entity_key, struct_pack(*COLUMNS($compared)) AS attributes
        FROM {table}
        WHERE valid_from <= $observed_at AND (valid_to > $observed_at OR valid_to IS NULL)
    ) AS f ON f.entity_key = n.entity_key
    WHERE n.attributes IS DISTINCT FROM f.attributes AND n.entity_key NOT IN (SELECT entity_key FROM unknown)
    UNION ALL
    SELECT entity_key, place, true FROM unknown WHERE known_from IS NOT NULL
), later AS (
    SELECT unnest($later_ids::INTEGER[]) AS snapshot_id, unnest($later_times::TIMESTAMPTZ[]) AS observed_at
), hashed AS (
    -- each column in $names becomes a boolean: whether the row has a value
    SELECT entity_key, valid_from, hash(*COLUMNS($names)) AS attribute_hash, COLUMNS($names) IS NOT NULL
    FROM {table}
    WHERE (valid_to > $observed_at OR valid_to IS NULL) AND entity_key IN (SELECT entity_key FROM differing)
), following AS (
    SELECT o.entity_key, l.observed_at
    FROM observations AS o
    JOIN later AS l ON l.snapshot_id = o.snapshot_id
    UNION ALL
    SELECT entity_key, valid_from
    FROM (
        SELECT h.entity_key, h.valid_from, d.is_first, greatest(*COLUMNS($names)) AS is_stated, h.attribute_hash,
               lag(h.attribute_hash) OVER earlier AS hash_before, lag(h.valid_from) OVER earlier AS since
        FROM hashed AS h
        JOIN differing AS d ON d.entity_key = h.entity_key
        WINDOW earlier AS (PARTITION BY h.entity_key ORDER BY h.valid_from)
    )
    WHERE CASE WHEN is_first AND since = $observed_at THEN is_stated ELSE attribute_hash <> hash_before END
)
SELECT d.entity_key, any_value(d.place) AS place, min(n.observed_at) AS valid_until
FROM differing AS d
LEFT JOIN following AS n ON n.entity_key = d.entity_key
GROUP BY d.entity_key
HAVING min(n.observed_at) IS NULL OR min(n.observed_at) > $observed_at;
