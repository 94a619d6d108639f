-- Known entities whose name or dates differ in this walk. The name is one of the attributes.
-- reads: sightings, changed
-- writes: renamed_or_redated
-- parameters: snapshot_id
CREATE OR REPLACE TEMP TABLE renamed_or_redated AS
SELECT s.entity_key, s.place
FROM sightings AS s
WHERE s.previous_snapshot <> $snapshot_id AND (s.is_redated OR s.entity_key IN (SELECT entity_key FROM changed));
