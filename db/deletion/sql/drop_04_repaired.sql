-- The attributes of those entities without the snapshot. The previous row extends to the start of the next one, and equal
-- adjacent rows are merged.
-- reads: opened, exclusive, the attribute table of the kind
-- writes: repaired, the attribute table of the kind, entities
-- parameters: observed_at
CREATE OR REPLACE TEMP TABLE repaired AS
WITH kept AS (
    SELECT f.* REPLACE (CASE WHEN f.valid_from = $observed_at THEN o.begins ELSE f.valid_from END AS valid_from),
           row(*COLUMNS(f.* EXCLUDE (entity_key, valid_from, valid_to, fingerprint))) AS attributes
    FROM {table} AS f
    JOIN opened AS o ON o.entity_key = f.entity_key
), beginnings AS (
    SELECT * EXCLUDE (attributes)
    FROM kept
    WHERE valid_from IS NOT NULL
    WINDOW earlier AS (PARTITION BY entity_key ORDER BY valid_from)
    QUALIFY row_number() OVER earlier = 1 OR attributes IS DISTINCT FROM lag(attributes) OVER earlier
)
SELECT * REPLACE (lead(valid_from) OVER (PARTITION BY entity_key ORDER BY valid_from) AS valid_to)
FROM beginnings;

DELETE FROM {table} WHERE entity_key IN (SELECT entity_key FROM opened UNION ALL SELECT entity_key FROM exclusive);

INSERT INTO {table} BY NAME SELECT * FROM repaired ORDER BY entity_key, valid_from;

UPDATE entities SET id = r.id
FROM repaired AS r
WHERE r.entity_key = entities.entity_key AND r.valid_to IS NULL AND r.id <> entities.id;
