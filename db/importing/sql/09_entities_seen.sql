-- First and last sighting, and what follows from them, once all snapshots of an import are in. Of two snapshots of one
-- moment the own one has the last word. What only archives have shown, and a later full walk has not, is missing.
CREATE OR REPLACE TEMP TABLE seen AS
WITH dated AS (
    SELECT s.snapshot_id, s.observed_at, row(s.observed_at, s.origin = 'crawl', s.origin) AS standing
    FROM snapshots AS s
    WHERE s.kind = $kind
), shown AS (
    SELECT o.entity_key, min(d.observed_at) AS first_seen, max(d.observed_at) AS last_seen,
           max_by(d.snapshot_id, d.standing) AS newest, max(d.standing) AS standing
    FROM observations AS o
    JOIN dated AS d ON d.snapshot_id = o.snapshot_id
    WHERE d.snapshot_id IN (SELECT unnest($snapshot_ids::INTEGER[]))
    GROUP BY o.entity_key
)
SELECT n.*, coalesce(n.standing >= d.standing, n.last_seen >= e.last_seen) AS is_newest, e.entity_key > $known_keys AS is_new,
       (SELECT max(s.observed_at) FROM snapshots AS s
        WHERE s.kind = $kind AND s.origin = 'crawl' AND s.scope = 'full' AND s.complete) AS walked_at
FROM shown AS n
JOIN entities AS e ON e.entity_key = n.entity_key
LEFT JOIN dated AS d ON d.snapshot_id = e.last_snapshot;

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
