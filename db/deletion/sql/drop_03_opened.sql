-- Attribute rows that the snapshot opened, with their start time after its removal: the next observation that repeats the
-- values, if it precedes the next change. The only row of an entity is kept, because the attributes in pruned snapshots are
-- unknown.
-- reads: observed, exclusive, the attribute table of the kind
-- writes: opened
-- parameters: observed_at
CREATE OR REPLACE TEMP TABLE opened AS
SELECT f.entity_key, CASE WHEN h.next_at < f.valid_to OR f.valid_to IS NULL THEN h.next_at END AS begins
FROM {table} AS f
JOIN observed AS h ON h.entity_key = f.entity_key
WHERE f.valid_from = $observed_at AND NOT h.observed_twice AND f.entity_key NOT IN (SELECT x.entity_key FROM exclusive AS x)
  AND (h.next_at IS NOT NULL
       OR f.entity_key IN (SELECT n.entity_key FROM {table} AS n GROUP BY n.entity_key HAVING count(*) > 1));
