-- The entity that has a name at $as_of, or else the last one that had it before.
-- reads: names, entities
-- writes: -
-- parameters: kind, id, as_of
SELECT e.entity_key
FROM names AS n
JOIN entities AS e ON e.entity_key = n.entity_key
WHERE e.kind = $kind AND n.id = $id AND n.valid_from <= $as_of
ORDER BY n.valid_from DESC, e.entity_key DESC
LIMIT 1;
