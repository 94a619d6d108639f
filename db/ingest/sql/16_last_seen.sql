UPDATE entities SET last_seen = $observed_at, last_snapshot = $snapshot_id
FROM sighted AS s
WHERE entities.entity_key = s.entity_key AND s.seen_before <> $snapshot_id;

-- Known entities of which the walk tells another name or other dates; a name is one of the facts.
CREATE OR REPLACE TEMP TABLE told_anew AS
SELECT s.entity_key, s.place
FROM sighted AS s
WHERE s.seen_before <> $snapshot_id AND (s.told_anew OR s.entity_key IN (SELECT entity_key FROM changed));
