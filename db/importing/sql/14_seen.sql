-- The first and last observation of each entity in the imported snapshots. At equal time a crawl wins over an
-- archive.
-- reads: snapshots, observations, entities
-- writes: seen
-- parameters: kind, snapshot_ids, known_keys, own_origin
CREATE OR REPLACE TEMP TABLE seen AS
WITH ordered AS (
    SELECT s.snapshot_id, s.observed_at, row(s.observed_at, s.origin = $own_origin, s.origin) AS precedence
    FROM snapshots AS s
    WHERE s.kind = $kind
), imported AS (
    SELECT o.entity_key, min(d.observed_at) AS first_seen, max(d.observed_at) AS last_seen,
           max_by(d.snapshot_id, d.precedence) AS newest, max(d.precedence) AS precedence
    FROM observations AS o
    JOIN ordered AS d ON d.snapshot_id = o.snapshot_id
    WHERE d.snapshot_id IN (SELECT unnest($snapshot_ids::INTEGER[]))
    GROUP BY o.entity_key
)
SELECT n.*, coalesce(n.precedence >= d.precedence, n.last_seen >= e.last_seen) AS is_newest,
       e.entity_key > $known_keys AS is_new,
       (SELECT max(s.observed_at) FROM snapshots AS s
        WHERE s.kind = $kind AND s.origin = $own_origin AND s.scope = 'full' AND s.complete) AS walked_at
FROM imported AS n
JOIN entities AS e ON e.entity_key = n.entity_key
LEFT JOIN ordered AS d ON d.snapshot_id = e.last_snapshot;
