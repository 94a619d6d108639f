-- New on the Hub, not only to us: created since the snapshot before, or missed by the full walk before this full walk.
INSERT INTO events
WITH earlier AS (
    SELECT max(s.observed_at) AS observed_at,
           $scope = 'full' AND bool_or(s.scope = 'full' AND s.complete) AS both_full
    FROM snapshots AS s
    WHERE s.kind = $kind AND s.snapshot_id <> $snapshot_id AND s.observed_at <= $observed_at
)
SELECT 'appeared', $kind, k.entity_key, k.id, $snapshot_id, $observed_at, NULL, k.id,
       'created ' || strftime(k.created_at AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%SZ')
FROM keyed AS k, earlier AS e
WHERE k.is_new AND (k.created_at > e.observed_at OR e.both_full)
ORDER BY k.entity_key;
