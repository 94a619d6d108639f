-- First and last observation, status and current name after all snapshots of an import. A new entity that a later
-- full walk does not show is missing.
-- reads: seen, names
-- writes: entities
UPDATE entities
SET first_seen = least(entities.first_seen, n.first_seen),
    last_seen = greatest(entities.last_seen, n.last_seen),
    last_snapshot = CASE WHEN n.is_newest THEN n.newest ELSE entities.last_snapshot END,
    status = CASE WHEN NOT n.is_newest THEN entities.status
                  WHEN n.walked_at IS NULL OR n.walked_at <= n.last_seen THEN 'listed'
                  WHEN n.is_new THEN 'missing'
                  ELSE entities.status END
FROM seen AS n
WHERE entities.entity_key = n.entity_key;

UPDATE entities SET id = n.id
FROM names AS n
WHERE n.entity_key = entities.entity_key AND n.valid_to IS NULL AND n.id <> entities.id
  AND n.entity_key IN (SELECT s.entity_key FROM seen AS s);
