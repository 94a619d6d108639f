-- Counters are not negative, and ranks start at 1.
SELECT 'snapshot ' || $snapshot_id || ', entity ' || entity_key AS broken
FROM observations
WHERE snapshot_id = $snapshot_id
  AND (least(*COLUMNS(* EXCLUDE (snapshot_id, entity_key, trending_score, rank))) < 0 OR rank < 1)
