-- Every snapshot of a kind in the two weeks before a moment, oldest first.
SELECT s.snapshot_id, s.observed_at, s.complete, s.stale, s.reason
FROM snapshots AS s
WHERE s.kind = $kind AND s.observed_at <= $as_of AND s.observed_at > $as_of::TIMESTAMPTZ - INTERVAL 15 DAY
ORDER BY s.observed_at, s.snapshot_id;
