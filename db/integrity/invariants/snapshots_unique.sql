-- Every snapshot has a unique id and a unique walk.
SELECT 'snapshot ' || snapshot_id AS broken FROM snapshots GROUP BY snapshot_id HAVING count(*) > 1
UNION ALL
SELECT 'walk ' || walk_id FROM snapshots GROUP BY walk_id HAVING count(*) > 1
