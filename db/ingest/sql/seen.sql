-- Known entities of which the walk has shown an item that was rejected: by the Hub's own id, and by name where the id cannot
-- be read. They were seen, so none of them is missing, and what was missing or removed is listed again. A name alone
-- does not bring back what was removed: another entity may bear it now.
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
