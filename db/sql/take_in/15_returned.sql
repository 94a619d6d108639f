-- Removed things that are shown again, under their old _id.
INSERT INTO events
SELECT 'returned', $kind, e.entity_key, e.id, $snapshot_id, $observed_at, 'removed', 'listed', NULL
FROM entities AS e
JOIN sighted AS s ON s.entity_key = e.entity_key
WHERE e.status = 'removed'
ORDER BY e.entity_key;
