-- Update the last sighting of known entities.
-- reads: sighted, changed
-- writes: entities, told_anew
-- parameters: snapshot_id, observed_at
UPDATE entities SET last_seen = $observed_at, last_snapshot = $snapshot_id
FROM sighted AS s
WHERE entities.entity_key = s.entity_key AND s.seen_before <> $snapshot_id;

-- Known entities whose name or dates differ in this walk. The name is one of the attributes.
CREATE OR REPLACE TEMP TABLE told_anew AS
SELECT s.entity_key, s.place
FROM sighted AS s
WHERE s.seen_before <> $snapshot_id AND (s.told_anew OR s.entity_key IN (SELECT entity_key FROM changed));
