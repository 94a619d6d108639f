-- Delete all rows with this snapshot_id, the entities that only this snapshot observed, and the lists that compare it.
-- reads: exclusive
-- writes: status_set, and every table with a snapshot_id
-- parameters: snapshot_id
DELETE FROM picks USING lists AS l
WHERE (l.now_snapshot = $snapshot_id OR l.before_snapshot = $snapshot_id)
  AND picks.report_at = l.report_at AND picks.kind = l.kind AND picks.metric = l.metric AND picks.list = l.list;
DELETE FROM lists WHERE now_snapshot = $snapshot_id OR before_snapshot = $snapshot_id;

-- Entities that the snapshot did not observe but whose status it set: removed, or missing after a complete full walk.
CREATE OR REPLACE TEMP TABLE status_set AS
SELECT e.entity_key
FROM entities AS e
JOIN snapshots AS s ON s.snapshot_id = $snapshot_id AND s.kind = e.kind
WHERE e.last_seen <= s.observed_at AND e.last_snapshot <> $snapshot_id
  AND ((e.status = 'removed'
        AND e.entity_key IN (SELECT v.entity_key FROM events AS v WHERE v.event = 'removed' AND v.snapshot_id = $snapshot_id))
       OR (e.status = 'missing' AND s.scope = 'full' AND s.complete));

DELETE FROM observations WHERE snapshot_id = $snapshot_id;
DELETE FROM rejects WHERE snapshot_id = $snapshot_id;
DELETE FROM coverage WHERE snapshot_id = $snapshot_id;
DELETE FROM sources WHERE snapshot_id = $snapshot_id;
DELETE FROM import_dates WHERE snapshot_id = $snapshot_id;
DELETE FROM events WHERE snapshot_id = $snapshot_id OR entity_key IN (SELECT entity_key FROM exclusive);
DELETE FROM entities WHERE entity_key IN (SELECT entity_key FROM exclusive);
DELETE FROM snapshots WHERE snapshot_id = $snapshot_id;
