-- Removed entities that are shown again, under their old _id and the name that they have now.
INSERT INTO events
SELECT 'returned', $kind, e.entity_key, f.id, $snapshot_id, $observed_at, 'removed', 'listed', NULL
FROM entities AS e
JOIN sighted AS s ON s.entity_key = e.entity_key
JOIN repo_attributes AS f ON f.entity_key = e.entity_key AND f.valid_to IS NULL
WHERE e.status = 'removed'
ORDER BY e.entity_key;
