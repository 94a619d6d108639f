-- All attribute rows of the changed entities: split at the snapshot and at valid_until, replaced between the two, and
-- merged where neighbours are equal.
-- reads: changed, staged, {table}
-- writes: rewritten
-- parameters: observed_at, names
CREATE OR REPLACE TEMP TABLE rewritten AS
WITH known AS (
    SELECT f.*, c.valid_until, c.place
    FROM {table} AS f
    JOIN changed AS c ON c.entity_key = f.entity_key
), pieces AS (
    SELECT * EXCLUDE (valid_until, place) FROM known WHERE valid_from < $observed_at
    UNION ALL BY NAME
    SELECT k.* EXCLUDE (valid_until, place) REPLACE (greatest(k.valid_from, $observed_at) AS valid_from, NULL AS fingerprint),
           s.* EXCLUDE (place)
    FROM (SELECT COLUMNS(lambda name: NOT list_contains($names, name)) FROM known) AS k
    JOIN (SELECT place, COLUMNS($names) FROM {rows}('changed')) AS s ON s.place = k.place
    WHERE (k.valid_to > $observed_at OR k.valid_to IS NULL) AND (k.valid_from < k.valid_until OR k.valid_until IS NULL)
    UNION ALL BY NAME
    SELECT * EXCLUDE (valid_until, place) REPLACE (greatest(valid_from, valid_until) AS valid_from)
    FROM known
    WHERE valid_to > valid_until OR (valid_to IS NULL AND valid_until IS NOT NULL)
), compared AS (
    SELECT *, row(*COLUMNS(* EXCLUDE (entity_key, valid_from, valid_to, fingerprint))) AS attributes FROM pieces
), merged AS (
    SELECT * EXCLUDE (attributes)
    FROM compared
    WINDOW earlier AS (PARTITION BY entity_key ORDER BY valid_from)
    QUALIFY row_number() OVER earlier = 1 OR attributes IS DISTINCT FROM lag(attributes) OVER earlier
)
SELECT * REPLACE (lead(valid_from) OVER (PARTITION BY entity_key ORDER BY valid_from) AS valid_to)
FROM merged;
