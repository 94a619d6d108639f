-- The rows of the report lists.
SELECT e.hub_id, p.* EXCLUDE (kind, entity_key)
FROM picks AS p
JOIN entities AS e ON e.entity_key = p.entity_key
WHERE p.kind = '{kind}'
ORDER BY p.report_at, p.metric, p.list, p.place
