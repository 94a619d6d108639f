-- The entity that bears a name at a moment, or bore it last before it.
SELECT e.entity_key
FROM names AS n
JOIN entities AS e ON e.entity_key = n.entity_key
WHERE e.kind = $kind AND n.id = $id AND n.valid_from <= $as_of
ORDER BY n.valid_from DESC, e.entity_key DESC
LIMIT 1;
