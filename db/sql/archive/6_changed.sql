-- Things of which the snapshot says something else than was known of the moment, and until when its word holds: until
-- the next snapshot that showed the thing and says as much.
CREATE OR REPLACE TEMP TABLE changed AS
WITH differing AS (
    SELECT g.entity_key, g.place
    FROM sighted AS g
    JOIN staged AS s ON s.place = g.place
    JOIN {table} AS f ON f.entity_key = g.entity_key
         AND f.valid_from <= $observed_at AND (f.valid_to > $observed_at OR f.valid_to IS NULL)
    WHERE {differs}
    UNION
    SELECT entity_key, place FROM unknown WHERE known_from IS NOT NULL
), later AS (
    SELECT unnest($later_ids::INTEGER[]) AS snapshot_id, unnest($later_times::TIMESTAMPTZ[]) AS observed_at
), seen AS (
    SELECT o.entity_key, l.observed_at
    FROM observations AS o
    JOIN later AS l ON l.snapshot_id = o.snapshot_id
)
SELECT d.entity_key, any_value(d.place) AS place, min(n.observed_at) AS until
FROM differing AS d
LEFT JOIN seen AS n ON n.entity_key = d.entity_key
GROUP BY d.entity_key
HAVING min(n.observed_at) IS NULL OR min(n.observed_at) > $observed_at;
