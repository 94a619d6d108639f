INSERT INTO events VALUES ('withheld', $kind, NULL, NULL, $snapshot_id, $observed_at, NULL, NULL, $evidence);
