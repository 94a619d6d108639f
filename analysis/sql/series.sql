-- The counter of chosen entities in every fresh snapshot of the last quarter, oldest first.
-- reads: snapshots, plausible_observations, change
-- writes: -
-- parameters: kind, now_at, hub_ids
SELECT c.hub_id, s.observed_at, o.{counter}, s.origin <> 'crawl' AS imported
FROM snapshots AS s
JOIN plausible_observations AS o ON o.snapshot_id = s.snapshot_id
JOIN {change} AS c ON c.entity_key = o.entity_key
WHERE s.kind = $kind AND s.stale IS NOT TRUE
  AND s.observed_at <= $now_at AND s.observed_at > $now_at::TIMESTAMPTZ - INTERVAL 91 DAY
  AND c.hub_id IN (SELECT unnest($hub_ids::VARCHAR[])) AND o.{counter} IS NOT NULL
ORDER BY c.hub_id, s.observed_at, s.snapshot_id;
