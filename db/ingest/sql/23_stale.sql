-- Whether more than a quarter of the busy repositories have the same download counter as in an earlier snapshot. The
-- earlier snapshot is the newest complete one of the same origin that is at least 20 hours older. The all-time counter
-- decides if both snapshots have it, because the 30-day count changes whenever an old day leaves its window. NULL for
-- fewer than $min_busy busy repositories.
-- reads: snapshots, observations
-- writes: nothing
-- parameters: kind, origin, observed_at, snapshot_id, min_busy
WITH earlier AS (
    SELECT s.snapshot_id
    FROM snapshots AS s
    WHERE s.kind = $kind AND s.origin = $origin AND s.complete
      AND s.observed_at <= $observed_at::TIMESTAMPTZ - INTERVAL 20 HOUR
    ORDER BY s.observed_at DESC, s.snapshot_id DESC
    LIMIT 1
), busy AS (
    SELECT coalesce(n.downloads_all_time = b.downloads_all_time, n.downloads = b.downloads) AS unchanged
    FROM observations AS n
    JOIN observations AS b ON b.entity_key = n.entity_key AND b.snapshot_id = (SELECT snapshot_id FROM earlier)
    WHERE n.snapshot_id = $snapshot_id AND n.downloads >= 300
)
SELECT CASE WHEN count(unchanged) >= $min_busy THEN 4 * count(*) FILTER (unchanged) > count(unchanged) END AS stale
FROM busy;
