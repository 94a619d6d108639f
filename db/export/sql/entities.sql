-- One row per entity.
SELECT e.hub_id, e.id, e.created_at, e.last_modified, e.first_seen, e.last_seen, e.status
FROM entities AS e
WHERE e.kind = '{kind}'
ORDER BY e.hub_id
