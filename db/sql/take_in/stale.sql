-- Whether over half of the busy repositories show the counters of the newest snapshot that is at least 20 hours older.
WITH earlier AS (
    SELECT s.snapshot_id
    FROM snapshots AS s
    WHERE s.kind = $kind AND s.snapshot_id <> $snapshot_id
      AND s.observed_at <= $observed_at::TIMESTAMPTZ - INTERVAL 20 HOUR
    ORDER BY s.observed_at DESC, s.snapshot_id DESC
    LIMIT 1
)
SELECT count(*) FILTER (o.downloads = k.downloads AND o.downloads_all_time IS NOT DISTINCT FROM k.downloads_all_time)
       > 0.5 * count(*) AS stale,
       count(*) AS compared
FROM keyed AS k
JOIN observations AS o ON o.entity_key = k.entity_key
JOIN earlier AS e ON e.snapshot_id = o.snapshot_id
WHERE k.downloads >= 300;
