-- Counters are not negative, and ranks start at 1.
SELECT 'snapshot ' || $snapshot_id || ', entity ' || entity_key AS broken
FROM observations
WHERE snapshot_id = $snapshot_id
  AND (least(downloads, downloads_all_time, likes, upvotes, upvotes_7d, comments, github_stars) < 0 OR rank < 1)
