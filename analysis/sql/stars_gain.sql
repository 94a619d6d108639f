-- GitHub stars that the code of chosen papers gained between the two snapshots.
SELECT n.entity_key, n.github_stars - b.github_stars
FROM plausible_observations AS n
JOIN plausible_observations AS b ON b.entity_key = n.entity_key AND b.snapshot_id = $before_snapshot
WHERE n.snapshot_id = $now_snapshot AND n.entity_key IN (SELECT unnest($keys::INTEGER[]));
