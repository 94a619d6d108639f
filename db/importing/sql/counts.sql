-- Entities in the snapshot, rows that were meant for it, and those that could not be taken.
SELECT (SELECT count(*) FROM sighted), count(*), count(reason)
FROM staged
WHERE observed_at = $observed_at OR (observed_at IS NULL AND $is_first);
