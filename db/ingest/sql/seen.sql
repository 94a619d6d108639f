-- Find known entities that the walk showed only as rejected items, by Hub id, or by name if the id is unreadable. They
-- are not missing, and missing or removed ones become listed again. A name alone does not restore a removed entity,
-- because another entity may have that name now.
-- reads: entities
-- writes: seen, events, entities
-- parameters: kind, snapshot_id, observed_at, hub_ids, names
CREATE OR REPLACE TEMP TABLE seen AS
SELECT e.entity_key, e.id, e.status
FROM entities AS e
WHERE e.kind = $kind AND e.hub_id IN (SELECT unnest($hub_ids::VARCHAR[]))
UNION
SELECT e.entity_key, e.id, e.status
FROM entities AS e
WHERE e.kind = $kind AND e.status <> 'removed' AND e.id IN (SELECT unnest($names::VARCHAR[]));

INSERT INTO events
SELECT 'returned', $kind, s.entity_key, s.id, $snapshot_id, $observed_at, 'removed', 'listed', NULL
FROM seen AS s
WHERE s.status = 'removed'
ORDER BY s.entity_key;

UPDATE entities SET status = 'listed'
FROM seen AS s
WHERE entities.entity_key = s.entity_key AND s.status <> 'listed';
