-- The attributes of those entities without the snapshot. The previous row extends to the start of the next one, and equal
-- adjacent rows are merged.
CREATE OR REPLACE TEMP TABLE repaired AS
WITH kept AS (
    SELECT f.* REPLACE (CASE WHEN f.valid_from = $observed_at THEN o.begins ELSE f.valid_from END AS valid_from)
    FROM {table} AS f
    JOIN opened AS o ON o.entity_key = f.entity_key
), beginnings AS (
    SELECT *
    FROM kept
    WHERE valid_from IS NOT NULL
    WINDOW earlier AS (PARTITION BY entity_key ORDER BY valid_from)
    QUALIFY row_number() OVER earlier = 1 OR row({columns}) IS DISTINCT FROM lag(row({columns})) OVER earlier
)
SELECT * REPLACE (lead(valid_from) OVER (PARTITION BY entity_key ORDER BY valid_from) AS valid_to)
FROM beginnings;

DELETE FROM {table} WHERE entity_key IN (SELECT entity_key FROM opened UNION ALL SELECT entity_key FROM brought);

INSERT INTO {table} SELECT * FROM repaired ORDER BY entity_key, valid_from;

UPDATE entities SET id = r.id
FROM repaired AS r
WHERE r.entity_key = entities.entity_key AND r.valid_to IS NULL AND r.id <> entities.id;
