-- Record that a mass removal was withheld.
-- reads: nothing
-- writes: events
-- parameters: kind, snapshot_id, observed_at, evidence
INSERT INTO events VALUES ('withheld', $kind, NULL, NULL, $snapshot_id, $observed_at, NULL, NULL, $evidence);
