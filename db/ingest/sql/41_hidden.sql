-- Remove entities that are private now from the snapshot. Entities that only this snapshot has shown are deleted from
-- the store. The others become missing and get back their previous attributes and last sighting.
-- reads: snapshots
-- writes: observations, events, entities, the attribute table of the kind, snapshots
-- parameters: kind, snapshot_id, hidden
CREATE OR REPLACE TEMP TABLE hidden AS
SELECT e.entity_key, e.first_seen < s.observed_at AS was_known, s.observed_at
FROM entities AS e
JOIN snapshots AS s ON s.snapshot_id = $snapshot_id
WHERE e.kind = $kind AND e.hub_id IN (SELECT unnest($hidden::VARCHAR[]));

DELETE FROM observations WHERE snapshot_id = $snapshot_id AND entity_key IN (SELECT entity_key FROM hidden);
DELETE FROM events WHERE snapshot_id = $snapshot_id AND entity_key IN (SELECT entity_key FROM hidden);

-- attributes that begin with this snapshot, unless they are the only ones of a known entity
DELETE FROM {table}
WHERE entity_key IN (SELECT h.entity_key FROM hidden AS h WHERE NOT h.was_known)
   OR (valid_from = (SELECT s.observed_at FROM snapshots AS s WHERE s.snapshot_id = $snapshot_id)
       AND entity_key IN (SELECT h.entity_key FROM hidden AS h)
       AND entity_key IN (SELECT f.entity_key FROM {table} AS f GROUP BY f.entity_key HAVING count(*) > 1));
UPDATE {table} SET valid_to = NULL
WHERE entity_key IN (SELECT h.entity_key FROM hidden AS h)
  AND valid_to = (SELECT s.observed_at FROM snapshots AS s WHERE s.snapshot_id = $snapshot_id);

DELETE FROM entities WHERE entity_key IN (SELECT h.entity_key FROM hidden AS h WHERE NOT h.was_known);
UPDATE entities
SET status = 'missing', id = l.id, last_seen = l.last_seen, last_snapshot = l.last_snapshot
FROM (
    SELECT h.entity_key, f.id, coalesce(o.last_seen, f.valid_from) AS last_seen, coalesce(o.last_snapshot, 0) AS last_snapshot
    FROM hidden AS h
    JOIN {table} AS f ON f.entity_key = h.entity_key AND f.valid_to IS NULL
    LEFT JOIN (
        SELECT b.entity_key, max(s.observed_at) AS last_seen,
               arg_max(s.snapshot_id, (s.observed_at, s.snapshot_id)) AS last_snapshot
        FROM observations AS b
        JOIN snapshots AS s ON s.snapshot_id = b.snapshot_id
        WHERE b.entity_key IN (SELECT h.entity_key FROM hidden AS h)
        GROUP BY b.entity_key
    ) AS o ON o.entity_key = h.entity_key
) AS l
WHERE entities.entity_key = l.entity_key;

UPDATE snapshots
SET records = records - (SELECT count(*) FROM hidden), private = coalesce(private, 0) + (SELECT count(*) FROM hidden)
WHERE snapshot_id = $snapshot_id;
