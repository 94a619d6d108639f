-- List the given entities that the snapshot shows and that have no answered look-up since a moment. The result is empty
-- unless the snapshot belongs to the run that stored the newest snapshot.
-- reads: entities, observations, snapshots
-- writes: nothing
-- parameters: kind, snapshot_id, hub_ids, since
WITH asked AS (
    SELECT unnest($hub_ids::VARCHAR[]) AS hub_id, generate_subscripts($hub_ids::VARCHAR[], 1) AS place
)
SELECT e.id, e.hub_id
FROM asked AS a
JOIN entities AS e ON e.kind = $kind AND e.hub_id = a.hub_id
JOIN observations AS n ON n.snapshot_id = $snapshot_id AND n.entity_key = e.entity_key
WHERE (SELECT s.run_id FROM snapshots AS s WHERE s.snapshot_id = $snapshot_id)
      = (SELECT arg_max(s.run_id, s.snapshot_id) FROM snapshots AS s)
  AND NOT EXISTS (
      SELECT 1
      FROM observations AS o
      JOIN snapshots AS s ON s.snapshot_id = o.snapshot_id AND s.observed_at >= $since
      WHERE o.entity_key = e.entity_key
        AND coalesce(o.total_models, o.total_datasets, o.total_spaces, o.used_storage) IS NOT NULL
  )
ORDER BY a.place;
