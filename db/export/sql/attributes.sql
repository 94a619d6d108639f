-- The attributes of each entity with their validity intervals.
SELECT e.hub_id, f.* EXCLUDE (entity_key, fingerprint)
FROM {table} AS f
JOIN entities AS e ON e.entity_key = f.entity_key AND e.kind = '{kind}'
ORDER BY e.hub_id, f.valid_from
