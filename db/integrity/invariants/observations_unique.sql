-- Every snapshot observes an entity at most once.
SELECT 'snapshot ' || $snapshot_id || ', entity ' || entity_key AS broken
FROM observations
WHERE snapshot_id = $snapshot_id
GROUP BY entity_key
HAVING count(*) > 1
