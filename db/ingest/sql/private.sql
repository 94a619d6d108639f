-- Listed entities that the walk has shown as private. The spool holds digests of them, no ids; see crawler/schema/private.py.
UPDATE entities SET status = 'missing'
WHERE kind = $kind AND status = 'listed' AND last_snapshot <> $snapshot_id
  AND left(sha256($walk_id || ' ' || hub_id), 16) IN (SELECT unnest($private::VARCHAR[]));
