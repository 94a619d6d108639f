-- The facts of those entities: cut at the moment and where its word ends, filled between with what it says, and joined
-- again where neighbours are alike.
CREATE OR REPLACE TEMP TABLE rewritten AS
WITH known AS (
    SELECT f.*, c.until, c.place
    FROM {table} AS f
    JOIN changed AS c ON c.entity_key = f.entity_key
), pieces AS (
    SELECT * EXCLUDE (until, place) FROM known WHERE valid_from < $observed_at
    UNION ALL
    SELECT k.* EXCLUDE (until, place) REPLACE (greatest(k.valid_from, $observed_at) AS valid_from, NULL AS fingerprint, {filled})
    FROM known AS k
    JOIN staged AS s ON s.place = k.place
    WHERE (k.valid_to > $observed_at OR k.valid_to IS NULL) AND (k.valid_from < k.until OR k.until IS NULL)
    UNION ALL
    SELECT * EXCLUDE (until, place) REPLACE (greatest(valid_from, until) AS valid_from)
    FROM known
    WHERE valid_to > until OR (valid_to IS NULL AND until IS NOT NULL)
), beginnings AS (
    SELECT *
    FROM pieces
    WINDOW earlier AS (PARTITION BY entity_key ORDER BY valid_from)
    QUALIFY row_number() OVER earlier = 1 OR row({columns}) IS DISTINCT FROM lag(row({columns})) OVER earlier
)
SELECT * REPLACE (lead(valid_from) OVER (PARTITION BY entity_key ORDER BY valid_from) AS valid_to)
FROM beginnings;

DELETE FROM {table} USING changed AS c WHERE c.entity_key = {table}.entity_key;

INSERT INTO {table} SELECT * FROM rewritten ORDER BY entity_key, valid_from;
