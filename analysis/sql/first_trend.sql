-- The oldest usable snapshot that is still too young to be compared with, and the two days that a comparison needs.
SELECT min(s.observed_at) + INTERVAL 2 DAY
FROM snapshots AS s
WHERE s.kind = $kind AND s.complete AND s.stale IS NOT TRUE
  AND s.observed_at <= $now_at AND s.observed_at > $now_at::TIMESTAMPTZ - INTERVAL 2 DAY;
