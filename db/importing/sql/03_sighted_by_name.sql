-- Rows without a Hub id count for the one entity that bore the name then: as its facts say, or, before its first
-- sighting, if it existed by then and was first seen under that name.
CREATE OR REPLACE TEMP TABLE sighted AS
WITH borne AS (
    SELECT n.id, n.entity_key, n.valid_from <= $observed_at AS is_known,
           n.valid_from = min(n.valid_from) OVER (PARTITION BY n.entity_key) AS is_first,
           n.valid_from, n.valid_to, e.created_at
    FROM names AS n
    JOIN entities AS e ON e.entity_key = n.entity_key AND e.kind = $kind
), bearers AS (
    SELECT id, entity_key, is_known
    FROM borne
    WHERE CASE WHEN is_known THEN valid_to > $observed_at OR valid_to IS NULL
               ELSE is_first AND created_at <= $observed_at END
), one AS (
    SELECT id, any_value(entity_key) AS entity_key
    FROM bearers AS b
    WHERE b.is_known OR b.id NOT IN (SELECT k.id FROM bearers AS k WHERE k.is_known)
    GROUP BY id
    HAVING count(*) = 1
)
SELECT o.entity_key, min(s.place) AS place
FROM staged AS s
JOIN one AS o ON o.id = s.id
WHERE s.observed_at = $observed_at AND s.reason IS NULL
GROUP BY o.entity_key;

UPDATE staged SET reason = 'id: no entity, or more than one, is known to have borne this name then'
WHERE observed_at = $observed_at AND reason IS NULL
  AND id NOT IN (SELECT s.id FROM staged AS s JOIN sighted AS g ON g.place = s.place);
