-- The observations of the affected entities in other snapshots, with the attributes that the snapshots state.
-- reads: observations, affected, snapshots, stating, undone
-- writes: sightings
-- parameters: own_origin
CREATE OR REPLACE TEMP TABLE sightings AS
SELECT o.entity_key, s.snapshot_id, s.observed_at, s.origin, t.stated,
       row(s.observed_at, s.origin = $own_origin, s.origin) AS precedence
FROM observations AS o
JOIN affected AS a ON a.entity_key = o.entity_key
JOIN snapshots AS s ON s.snapshot_id = o.snapshot_id
JOIN stating AS t ON t.snapshot_id = o.snapshot_id
WHERE o.snapshot_id NOT IN (SELECT u.snapshot_id FROM undone AS u);
