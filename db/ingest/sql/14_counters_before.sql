-- Pair each all-time counter with its value at the previous sighting.
-- reads: sightings, plausible_observations
-- writes: counters_before
-- parameters: snapshot_id
INSERT INTO counters_before
SELECT s.entity_key, b.downloads_all_time, s.downloads_all_time
FROM sightings AS s
JOIN plausible_observations AS b ON b.snapshot_id = s.previous_snapshot AND b.entity_key = s.entity_key
WHERE s.previous_snapshot <> $snapshot_id AND b.downloads_all_time > 0 AND s.downloads_all_time IS NOT NULL;
