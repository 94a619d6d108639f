-- `appeared` and `returned` events of crawls, compared without the undone snapshots.
-- reads: compared, rebuilt, entities, snapshots, events
-- writes: events
-- parameters: kind, own_origin
INSERT INTO events
SELECT 'appeared', $kind, e.entity_key, n.id, c.snapshot_id, c.observed_at, NULL, n.id,
       'created ' || strftime(e.created_at AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%SZ')
FROM compared AS c
JOIN entities AS e ON e.entity_key = c.entity_key
JOIN rebuilt AS n ON n.entity_key = c.entity_key AND n.valid_from <= c.observed_at AND coalesce(n.valid_to > c.observed_at, true)
JOIN snapshots AS w ON w.snapshot_id = c.snapshot_id
JOIN LATERAL (
    SELECT max(s.observed_at) AS observed_at, w.scope = 'full' AND bool_or(s.scope = 'full') AS both_full
    FROM snapshots AS s
    WHERE s.kind = $kind AND s.origin = $own_origin AND s.complete AND s.snapshot_id < c.snapshot_id
) AS earlier ON e.created_at > earlier.observed_at OR earlier.both_full
WHERE c.before_snapshot IS NULL;

INSERT INTO events
SELECT 'returned', $kind, c.entity_key, n.id, c.snapshot_id, c.observed_at, 'removed', 'listed', NULL
FROM compared AS c
JOIN rebuilt AS n ON n.entity_key = c.entity_key AND n.valid_from <= c.observed_at AND coalesce(n.valid_to > c.observed_at, true)
WHERE EXISTS (SELECT 1 FROM events AS v
              WHERE v.event = 'removed' AND v.entity_key = c.entity_key AND v.snapshot_id < c.snapshot_id
                AND v.snapshot_id >= c.before_snapshot)
  AND NOT EXISTS (SELECT 1 FROM events AS v
                  WHERE v.event = 'returned' AND v.entity_key = c.entity_key AND v.snapshot_id = c.snapshot_id);
