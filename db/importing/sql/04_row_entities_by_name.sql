-- The entity of each row without a Hub id: the only entity that had the name at that time. Before the first
-- observation of an entity, that is its first name, if the entity existed. Rows without such an entity are rejected.
-- reads: staged, names, entities
-- writes: row_entities, staged
-- parameters: kind, observed_at
CREATE OR REPLACE TEMP TABLE row_entities AS
WITH entity_names AS (
    SELECT n.id, n.entity_key, n.valid_from <= $observed_at AS is_known,
           n.valid_from = min(n.valid_from) OVER (PARTITION BY n.entity_key) AS is_first,
           n.valid_from, n.valid_to, e.created_at
    FROM names AS n
    JOIN entities AS e ON e.entity_key = n.entity_key AND e.kind = $kind
), candidates AS (
    SELECT id, entity_key, is_known
    FROM entity_names
    WHERE CASE WHEN is_known THEN valid_to > $observed_at OR valid_to IS NULL
               ELSE is_first AND created_at <= $observed_at END
), unambiguous AS (
    SELECT id, any_value(entity_key) AS entity_key
    FROM candidates AS c
    WHERE c.is_known OR c.id NOT IN (SELECT k.id FROM candidates AS k WHERE k.is_known)
    GROUP BY id
    HAVING count(*) = 1
)
SELECT u.entity_key, min(s.place) AS place
FROM staged AS s
JOIN unambiguous AS u ON u.id = s.id
WHERE s.observed_at = $observed_at AND s.reason IS NULL
GROUP BY u.entity_key;

UPDATE staged SET reason = 'id: no single entity is known to have had this name then'
WHERE observed_at = $observed_at AND reason IS NULL
  AND id NOT IN (SELECT s.id FROM staged AS s JOIN row_entities AS r ON r.place = s.place);
