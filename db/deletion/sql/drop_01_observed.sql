-- The entities that the snapshot observed, with their observations in other snapshots: the first, the last, and the next
-- one after this snapshot that states attributes. An import that identifies entities by name only states no attributes.
-- reads: observations, snapshots
-- writes: observed
-- parameters: snapshot_id, observed_at, own_origin
CREATE OR REPLACE TEMP TABLE observed AS
WITH others AS (
    SELECT o.entity_key, s.snapshot_id, s.observed_at,
           row(s.observed_at, s.origin = $own_origin, s.origin, s.snapshot_id) AS precedence,
           s.origin = $own_origin OR coalesce(json_array_length(s.settings, '$.facts'), 0) > 0 AS states_attributes
    FROM observations AS o
    JOIN snapshots AS s ON s.snapshot_id = o.snapshot_id
    WHERE o.snapshot_id <> $snapshot_id
      AND o.entity_key IN (SELECT h.entity_key FROM observations AS h WHERE h.snapshot_id = $snapshot_id)
)
SELECT h.entity_key, min(o.observed_at) AS first_at, max(o.observed_at) AS last_at,
       max_by(o.snapshot_id, o.precedence) AS last_snapshot,
       coalesce(bool_or(o.observed_at = $observed_at), false) AS observed_twice,
       min(o.observed_at) FILTER (o.observed_at > $observed_at AND o.states_attributes) AS next_at
FROM observations AS h
LEFT JOIN others AS o ON o.entity_key = h.entity_key
WHERE h.snapshot_id = $snapshot_id
GROUP BY h.entity_key;
