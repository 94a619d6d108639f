DELETE FROM sighted
WHERE entity_key IN (SELECT o.entity_key FROM observations AS o WHERE o.snapshot_id = $snapshot_id);
