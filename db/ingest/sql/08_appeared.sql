-- Record entities that are new on the Hub, not only new to this file. They were created since the previous complete
-- snapshot, or this walk is full and the previous full walk lacks them.
-- reads: snapshots, entities, sightings
-- writes: events
-- parameters: kind, scope, origin, snapshot_id, observed_at
INSERT INTO events
WITH earlier AS (
    SELECT max(s.observed_at) AS observed_at, $scope = 'full' AND bool_or(s.scope = 'full') AS both_full
    FROM snapshots AS s
    WHERE s.kind = $kind AND s.origin = $origin AND s.complete AND s.observed_at <= $observed_at
)
SELECT 'appeared', $kind, n.entity_key, n.id, $snapshot_id, $observed_at, NULL, n.id,
       'created ' || strftime(n.created_at AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%SZ')
FROM entities AS n, earlier AS e
WHERE n.entity_key IN (SELECT s.entity_key FROM sightings AS s WHERE s.previous_snapshot = $snapshot_id)
  AND (n.created_at > e.observed_at OR e.both_full)
ORDER BY n.entity_key;
