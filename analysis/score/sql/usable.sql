-- The snapshots of a kind that a score may read: whole ones, and for downloads only those that saw fresh counters.
SELECT s.snapshot_id, s.observed_at, s.origin <> 'crawl' AS imported
FROM snapshots AS s
WHERE s.kind = $kind AND s.complete AND (s.stale IS NOT TRUE OR NOT $refreshed)
  AND s.observed_at <= $now_at AND s.observed_at > $now_at::TIMESTAMPTZ - INTERVAL 50 DAY
ORDER BY s.observed_at, s.snapshot_id;
