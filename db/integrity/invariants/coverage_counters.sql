-- Coverage counts every value of a counter that a snapshot holds; forgotten entities may leave a higher count.
WITH held AS (
    UNPIVOT (
        SELECT count(COLUMNS(* EXCLUDE (snapshot_id, entity_key)))
        FROM observations
        WHERE snapshot_id = $snapshot_id
    ) ON COLUMNS(*) INTO NAME field VALUE carried
)
SELECT 'snapshot ' || $snapshot_id || ', ' || c.field AS broken
FROM coverage AS c
JOIN snapshots AS s ON s.snapshot_id = c.snapshot_id
JOIN held AS h ON h.field = c.field
WHERE c.snapshot_id = $snapshot_id AND c.source = 'store'
  AND (c.carried < h.carried OR (c.carried > h.carried AND c.records = s.records))
