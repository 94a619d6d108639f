-- Entities never seen before, in the order of the file.
INSERT INTO entities
SELECT (SELECT coalesce(max(entity_key), 0) FROM entities) + row_number() OVER (ORDER BY s.place),
       $kind, s.hub_id, s.id, {created_at}, {last_modified}, $observed_at, $observed_at, $snapshot_id, 'listed'
FROM picked AS p
JOIN staged AS s ON s.place = p.place
ANTI JOIN (SELECT hub_id FROM entities WHERE kind = $kind) AS e ON e.hub_id = s.hub_id;

INSERT INTO import_dates
SELECT $snapshot_id, e.entity_key, e.created_at, e.last_modified, NULL, NULL
FROM entities AS e
WHERE e.kind = $kind AND e.last_snapshot = $snapshot_id
  AND e.entity_key NOT IN (SELECT o.entity_key FROM observations AS o WHERE o.snapshot_id = $snapshot_id)
  AND e.entity_key NOT IN (SELECT i.entity_key FROM import_dates AS i WHERE i.snapshot_id = $snapshot_id);
