-- Pair each all-time counter with its value at the previous sighting.
-- reads: sighted, plausible_observations
-- writes: counted
-- parameters: snapshot_id
INSERT INTO counted
SELECT s.entity_key, b.downloads_all_time, s.downloads_all_time
FROM sighted AS s
JOIN plausible_observations AS b ON b.snapshot_id = s.seen_before AND b.entity_key = s.entity_key
WHERE s.seen_before <> $snapshot_id AND b.downloads_all_time > 0 AND s.downloads_all_time IS NOT NULL;
