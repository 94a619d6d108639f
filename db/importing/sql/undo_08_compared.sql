-- Crawls that compared an entity with an undone snapshot, and the observation to compare with instead. It is the last
-- earlier observation among those stored before the crawl.
-- reads: sightings, observations, undone
-- writes: compared
-- parameters: origin, own_origin
CREATE OR REPLACE TEMP TABLE compared AS
WITH observed AS (
    SELECT s.entity_key, s.snapshot_id, s.observed_at, s.precedence, s.origin, false AS is_undone FROM sightings AS s
    UNION ALL
    SELECT o.entity_key, u.snapshot_id, u.observed_at, row(u.observed_at, false, $origin), $origin, true
    FROM observations AS o
    JOIN undone AS u ON u.snapshot_id = o.snapshot_id
)
SELECT n.entity_key, n.snapshot_id, n.observed_at,
       max_by(b.snapshot_id, b.precedence) FILTER (NOT b.is_undone) AS before_snapshot,
       max_by(b.observed_at, b.precedence) FILTER (NOT b.is_undone) AS before_at
FROM observed AS n
JOIN observed AS b ON b.entity_key = n.entity_key AND b.precedence < n.precedence AND b.snapshot_id < n.snapshot_id
WHERE n.origin = $own_origin
GROUP BY n.entity_key, n.snapshot_id, n.observed_at
HAVING arg_max(b.is_undone, b.precedence);
