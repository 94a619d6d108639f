-- The snapshots that a report reads.
-- reads: snapshots
-- writes: -
-- parameters: snapshots
SELECT s.snapshot_id, s.kind, s.scope, s.observed_at, s.complete, s.stale, s.records, s.rejected, s.duplicates,
       s.requests, s.origin, coalesce(s.doubtful, false),
       s.private
FROM snapshots AS s
WHERE s.snapshot_id IN (SELECT unnest($snapshots::INTEGER[]))
ORDER BY s.snapshot_id;
