-- Mark listed entities that the walk showed as private. The spool holds digests instead of ids: see
-- crawler/schema/private.py.
-- reads: entities
-- writes: entities
-- parameters: kind, snapshot_id, walk_id, private
UPDATE entities SET status = 'missing'
WHERE kind = $kind AND status = 'listed' AND last_snapshot <> $snapshot_id
  AND left(sha256($walk_id || ' ' || hub_id), 16) IN (SELECT unnest($private::VARCHAR[]));
