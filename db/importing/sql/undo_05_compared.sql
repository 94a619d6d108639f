-- Sightings by crawls that compared an entity with a snapshot that is taken back, and what they compare it with instead:
-- the sighting before of those that were stored by then, if there is one.
CREATE OR REPLACE TEMP TABLE compared AS
WITH shown AS (
    SELECT s.entity_key, s.snapshot_id, s.observed_at, s.standing, s.origin, false AS is_undone FROM sightings AS s
    UNION ALL
    SELECT o.entity_key, u.snapshot_id, u.observed_at, row(u.observed_at, false, $origin), $origin, true
    FROM observations AS o
    JOIN undone AS u ON u.snapshot_id = o.snapshot_id
)
SELECT n.entity_key, n.snapshot_id, n.observed_at,
       max_by(b.snapshot_id, b.standing) FILTER (NOT b.is_undone) AS before_snapshot,
       max_by(b.observed_at, b.standing) FILTER (NOT b.is_undone) AS before_at
FROM shown AS n
JOIN shown AS b ON b.entity_key = n.entity_key AND b.standing < n.standing AND b.snapshot_id < n.snapshot_id
WHERE n.origin = 'crawl'
GROUP BY n.entity_key, n.snapshot_id, n.observed_at
HAVING arg_max(b.is_undone, b.standing);
