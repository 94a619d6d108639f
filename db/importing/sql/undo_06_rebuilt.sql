-- The attributes of the affected entities as the other snapshots state them. A snapshot that states an attribute sets
-- its value; other attributes keep the value that was stated last. A row that begins at no observation comes from a
-- pruned snapshot, which stated every attribute.
-- reads: sightings, affected, undone, {table}
-- writes: rebuilt
-- parameters: attributes
CREATE OR REPLACE TEMP TABLE rebuilt AS
WITH points AS (
    SELECT s.entity_key, s.observed_at, flatten(list(s.stated)) AS stated
    FROM sightings AS s
    GROUP BY s.entity_key, s.observed_at
    UNION ALL
    SELECT f.entity_key, f.valid_from, $attributes::VARCHAR[]
    FROM {table} AS f
    JOIN affected AS a ON a.entity_key = f.entity_key
    ANTI JOIN undone AS u ON u.observed_at = f.valid_from
    ANTI JOIN sightings AS s ON s.entity_key = f.entity_key AND s.observed_at = f.valid_from
), carried AS (
    -- a stated value is wrapped in a struct, so that a stated NULL differs from an attribute that no snapshot has stated
    SELECT p.entity_key, p.observed_at AS valid_from, row(*COLUMNS($attributes)) AS attributes_then, f.fingerprint,
           last_value(CASE WHEN list_contains(p.stated, alias(COLUMNS($attributes))) THEN {{'value': COLUMNS($attributes)}} END
                      IGNORE NULLS) OVER so_far
    FROM points AS p
    LEFT JOIN {table} AS f ON f.entity_key = p.entity_key
         AND f.valid_from <= p.observed_at AND (f.valid_to > p.observed_at OR f.valid_to IS NULL)
    WINDOW so_far AS (PARTITION BY p.entity_key ORDER BY p.observed_at)
), stated AS (
    SELECT entity_key, valid_from, attributes_then, fingerprint, COLUMNS($attributes).value FROM carried
), compared AS (
    SELECT *, row(*COLUMNS($attributes)) AS attributes FROM stated WHERE id IS NOT NULL
), merged AS (
    SELECT * EXCLUDE (attributes, attributes_then)
             REPLACE (CASE WHEN attributes IS NOT DISTINCT FROM attributes_then THEN fingerprint END AS fingerprint)
    FROM compared
    WINDOW earlier AS (PARTITION BY entity_key ORDER BY valid_from)
    QUALIFY row_number() OVER earlier = 1 OR attributes IS DISTINCT FROM lag(attributes) OVER earlier
)
SELECT *, lead(valid_from) OVER (PARTITION BY entity_key ORDER BY valid_from) AS valid_to
FROM merged;
