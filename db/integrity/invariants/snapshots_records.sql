-- The record count of every snapshot equals its number of observations.
SELECT 'snapshot ' || $snapshot_id || ' says ' || s.records || ' and holds ' || o.held AS broken
FROM snapshots AS s, (SELECT count(*) AS held FROM observations WHERE snapshot_id = $snapshot_id) AS o
WHERE s.snapshot_id = $snapshot_id AND s.records <> o.held
