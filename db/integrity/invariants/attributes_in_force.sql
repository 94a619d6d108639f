-- Every entity has exactly one current attribute row.
SELECT 'entity ' || e.entity_key AS broken
FROM entities AS e
LEFT JOIN names AS n ON n.entity_key = e.entity_key AND n.valid_to IS NULL
GROUP BY e.entity_key
HAVING count(n.entity_key) <> 1
