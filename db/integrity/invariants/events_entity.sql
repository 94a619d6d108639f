-- Every event of an entity refers to an existing entity of its kind.
SELECT DISTINCT event || ' of entity ' || v.entity_key AS broken
FROM events AS v
ANTI JOIN entities AS e ON e.entity_key = v.entity_key AND e.kind = v.kind
WHERE v.entity_key IS NOT NULL
