-- Row counts of a snapshot: entities that only it observed, attribute rows that it opened, and rows with its snapshot_id.
-- reads: exclusive, opened, and every table with a snapshot_id
-- writes: nothing
-- parameters: snapshot_id
SELECT (SELECT count(*) FROM observations WHERE snapshot_id = $snapshot_id),
       (SELECT count(*) FROM exclusive),
       (SELECT count(*) FROM opened) + (SELECT count(*) FROM {table} WHERE entity_key IN (SELECT entity_key FROM exclusive)),
       (SELECT count(*) FROM events WHERE snapshot_id = $snapshot_id),
       (SELECT count(*) FROM rejects WHERE snapshot_id = $snapshot_id),
       (SELECT count(*) FROM coverage WHERE snapshot_id = $snapshot_id),
       (SELECT count(*) FROM lists WHERE now_snapshot = $snapshot_id OR before_snapshot = $snapshot_id);
