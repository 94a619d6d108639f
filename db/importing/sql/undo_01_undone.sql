-- The snapshots that are deleted.
-- reads: snapshots
-- writes: undone
-- parameters: snapshot_ids
CREATE OR REPLACE TEMP TABLE undone AS
SELECT s.snapshot_id, s.observed_at FROM snapshots AS s WHERE s.snapshot_id IN (SELECT unnest($snapshot_ids::INTEGER[]));
