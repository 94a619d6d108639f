-- Mark missing entities as removed if a direct look-up found them gone or private, or found another _id under their name.
-- The Hub answers 401 or 404 for an entity that does not exist or is private, and shows a private one to its owner only.
-- reads: entities
-- writes: removed, entities, events
-- parameters: kind, snapshot_id, observed_at, hub_ids, statuses, private
CREATE OR REPLACE TEMP TABLE removed AS
SELECT e.entity_key, e.id,
       CASE WHEN c.private THEN 'a look-up of ' || e.id || ' found nothing public'
            WHEN c.status = 200 THEN 'a look-up of ' || e.id || ' showed another _id'
            ELSE 'a look-up of ' || e.id || ' answered ' || c.status END
       || ', under a look-up of a listed ' || $kind || ' that answered 200' AS evidence
FROM (SELECT unnest($hub_ids::VARCHAR[]) AS hub_id, unnest($statuses::INTEGER[]) AS status,
             unnest($private::BOOLEAN[]) AS private) AS c
JOIN entities AS e ON e.kind = $kind AND e.hub_id = c.hub_id
WHERE e.status = 'missing' AND e.last_snapshot <> $snapshot_id AND c.status IN (200, 401, 404);

UPDATE entities SET status = 'removed' FROM removed AS g WHERE entities.entity_key = g.entity_key;

INSERT INTO events
SELECT 'removed', $kind, g.entity_key, g.id, $snapshot_id, $observed_at, 'missing', 'removed', g.evidence
FROM removed AS g
ORDER BY g.entity_key;
