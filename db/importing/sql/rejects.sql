-- The reasons of the rejected rows. The first rows also have their columns.
-- reads: staged
-- writes: rejects
-- parameters: snapshot_id, kind, listing, observed_at, is_first, max_rejects
INSERT INTO rejects
SELECT $snapshot_id, $kind, $listing, 1, place - 1, reason, coalesce(raw, json_object('id', id)::VARCHAR)
FROM staged
WHERE (observed_at = $observed_at OR (observed_at IS NULL AND $is_first)) AND reason IS NOT NULL
ORDER BY place
LIMIT $max_rejects;
