-- The numbers of one snapshot, with the name of each entity at that time.
SELECT e.hub_id, coalesce(f.id, e.id) AS id, o.* EXCLUDE (snapshot_id, entity_key), s.observed_at, s.scope, s.complete, s.stale,
       s.origin
FROM observations AS o
JOIN snapshots AS s ON s.snapshot_id = o.snapshot_id
JOIN entities AS e ON e.entity_key = o.entity_key
LEFT JOIN {table} AS f ON f.entity_key = o.entity_key
     AND f.valid_from <= s.observed_at AND (f.valid_to > s.observed_at OR f.valid_to IS NULL)
WHERE o.snapshot_id = {snapshot_id}
ORDER BY e.hub_id
