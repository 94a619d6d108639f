-- Record removed entities that reappear under their old _id, with their current name.
-- reads: entities, sightings, repo_attributes
-- writes: events
-- parameters: kind, snapshot_id, observed_at
INSERT INTO events
SELECT 'returned', $kind, e.entity_key, f.id, $snapshot_id, $observed_at, 'removed', 'listed', NULL
FROM entities AS e
JOIN sightings AS s ON s.entity_key = e.entity_key
JOIN repo_attributes AS f ON f.entity_key = e.entity_key AND f.valid_to IS NULL
WHERE e.status = 'removed'
ORDER BY e.entity_key;
