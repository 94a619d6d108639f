-- The entities that the snapshot observed, with their observations in other snapshots: the first, the last, and the next
-- one after this snapshot that states attributes. An import that identifies entities by name only states no attributes.
CREATE OR REPLACE TEMP TABLE shown AS
WITH others AS (
    SELECT o.entity_key, s.snapshot_id, s.observed_at, row(s.observed_at, s.origin = 'crawl', s.origin, s.snapshot_id) AS standing,
           s.origin = 'crawl' OR coalesce(json_array_length(s.settings, '$.facts'), 0) > 0 AS states_attributes
    FROM observations AS o
    JOIN snapshots AS s ON s.snapshot_id = o.snapshot_id
    WHERE o.snapshot_id <> $snapshot_id
      AND o.entity_key IN (SELECT h.entity_key FROM observations AS h WHERE h.snapshot_id = $snapshot_id)
)
SELECT h.entity_key, min(o.observed_at) AS first_at, max(o.observed_at) AS last_at, max_by(o.snapshot_id, o.standing) AS last_snapshot,
       coalesce(bool_or(o.observed_at = $observed_at), false) AS shown_twice,
       min(o.observed_at) FILTER (o.observed_at > $observed_at AND o.states_attributes) AS next_at
FROM observations AS h
LEFT JOIN others AS o ON o.entity_key = h.entity_key
WHERE h.snapshot_id = $snapshot_id
GROUP BY h.entity_key;

-- Entities that no other snapshot ever observed. If pruned snapshots also observed an entity, its first_seen is earlier or
-- its last_seen is later than this snapshot.
CREATE OR REPLACE TEMP TABLE brought AS
SELECT e.entity_key
FROM entities AS e
JOIN shown AS h ON h.entity_key = e.entity_key
WHERE h.first_at IS NULL AND e.first_seen = $observed_at AND e.last_seen = $observed_at;

-- Attribute rows that the snapshot opened, with their start time after its removal: the next observation that repeats the
-- values, if it precedes the next change. The only row of an entity is kept, because the attributes in pruned snapshots are
-- unknown.
CREATE OR REPLACE TEMP TABLE opened AS
SELECT f.entity_key, CASE WHEN h.next_at < f.valid_to OR f.valid_to IS NULL THEN h.next_at END AS begins
FROM {table} AS f
JOIN shown AS h ON h.entity_key = f.entity_key
WHERE f.valid_from = $observed_at AND NOT h.shown_twice AND f.entity_key NOT IN (SELECT b.entity_key FROM brought AS b)
  AND (h.next_at IS NOT NULL
       OR f.entity_key IN (SELECT n.entity_key FROM {table} AS n GROUP BY n.entity_key HAVING count(*) > 1));
