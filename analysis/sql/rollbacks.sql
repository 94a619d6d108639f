-- Hub-wide falls of the all-time counters since a moment.
SELECT e.observed_at, e.evidence
FROM events AS e
WHERE e.event = 'rollback' AND e.kind = $kind AND e.observed_at > $since AND e.observed_at <= $now_at
ORDER BY e.observed_at, e.snapshot_id;
