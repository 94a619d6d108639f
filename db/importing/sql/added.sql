-- How many entities of the file are not yet in its snapshot.
SELECT count(*)
FROM sighted
WHERE entity_key NOT IN (SELECT o.entity_key FROM observations AS o WHERE o.snapshot_id = $snapshot_id);
