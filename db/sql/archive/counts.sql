-- Rows of one snapshot, and those that could not be taken.
SELECT count(*), count(reason)
FROM staged
WHERE observed_at = $observed_at OR (observed_at IS NULL AND $is_first);
