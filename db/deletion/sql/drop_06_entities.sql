-- First and last observations without the snapshot. If all other observations were pruned, the last one is unknown: the
-- newest attribute change replaces its time, and 0 replaces its snapshot_id.
-- reads: observed, status_set, events, snapshots, the attribute table of the kind
-- writes: seen, to_judge, entities
-- parameters: snapshot_id, observed_at, own_origin
CREATE OR REPLACE TEMP TABLE seen AS
SELECT h.entity_key, h.first_at, h.last_at, h.last_snapshot,
       (SELECT max(f.valid_from) FROM {table} AS f WHERE f.entity_key = h.entity_key AND f.valid_from < $observed_at) AS known_at
FROM observed AS h;

CREATE OR REPLACE TEMP TABLE to_judge AS
SELECT e.entity_key FROM entities AS e JOIN seen AS n ON n.entity_key = e.entity_key WHERE e.last_snapshot = $snapshot_id
UNION
SELECT entity_key FROM status_set;

UPDATE entities
SET first_seen = CASE WHEN entities.first_seen = $observed_at THEN coalesce(n.first_at, entities.first_seen) ELSE entities.first_seen END,
    last_seen = CASE WHEN entities.last_snapshot = $snapshot_id
                     THEN coalesce(n.last_at, greatest(entities.first_seen, n.known_at)) ELSE entities.last_seen END,
    last_snapshot = CASE WHEN entities.last_snapshot = $snapshot_id THEN coalesce(n.last_snapshot, 0) ELSE entities.last_snapshot END
FROM seen AS n
WHERE n.entity_key = entities.entity_key;

-- Recompute the status from the other snapshots: removed if a look-up since the last observation says so, missing if a
-- complete full walk since then did not list the entity, else listed.
UPDATE entities SET status = j.status
FROM (
    SELECT e.entity_key,
           CASE WHEN EXISTS (SELECT 1 FROM events AS v
                             WHERE v.entity_key = e.entity_key AND v.event = 'removed' AND v.observed_at >= e.last_seen
                               AND v.snapshot_id <> e.last_snapshot)
                THEN 'removed'
                WHEN EXISTS (SELECT 1 FROM snapshots AS w
                             WHERE w.kind = e.kind AND w.origin = $own_origin AND w.scope = 'full' AND w.complete AND w.records > 0
                               AND w.observed_at >= e.last_seen AND w.snapshot_id <> e.last_snapshot
                               AND coalesce(e.created_at, e.first_seen) < w.observed_at
                               AND w.snapshot_id NOT IN (SELECT v.snapshot_id FROM events AS v WHERE v.event = 'withheld'))
                THEN 'missing'
                ELSE 'listed' END AS status
    FROM entities AS e
    WHERE e.entity_key IN (SELECT entity_key FROM to_judge)
) AS j
WHERE j.entity_key = entities.entity_key AND j.status <> entities.status;
