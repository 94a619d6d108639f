-- The status of every entity is listed, missing or removed.
SELECT 'entity ' || entity_key || ' is ' || status AS broken
FROM entities
WHERE status NOT IN ('listed', 'missing', 'removed')
