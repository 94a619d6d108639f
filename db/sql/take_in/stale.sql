-- Whether over half of the busy repositories show the counters of the newest complete snapshot of the same origin that
-- is at least 20 hours older; NULL where there is nothing to compare.
WITH earlier AS (
    SELECT s.snapshot_id
    FROM snapshots AS s
    WHERE s.kind = $kind AND s.origin = $origin AND s.complete
      AND s.observed_at <= $observed_at::TIMESTAMPTZ - INTERVAL 20 HOUR
    ORDER BY s.observed_at DESC, s.snapshot_id DESC
    LIMIT 1
)
SELECT CASE WHEN count(*) > 0 THEN 2 * count(*) FILTER (
           b.downloads = n.downloads AND b.downloads_all_time IS NOT DISTINCT FROM n.downloads_all_time
       ) > count(*) END AS stale
FROM observations AS n
JOIN observations AS b ON b.entity_key = n.entity_key AND b.snapshot_id = (SELECT snapshot_id FROM earlier)
WHERE n.snapshot_id = $snapshot_id AND n.downloads >= 300 AND b.downloads IS NOT NULL;
