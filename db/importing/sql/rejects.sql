-- Why rows could not be taken, the first of them word for word.
INSERT INTO rejects
SELECT $snapshot_id, $kind, $listing, 1, place - 1, reason, coalesce(raw, json_object('id', id)::VARCHAR)
FROM staged
WHERE (observed_at = $observed_at OR (observed_at IS NULL AND $is_first)) AND reason IS NOT NULL
ORDER BY place
LIMIT $most;
