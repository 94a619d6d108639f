-- Each entity of a slice of the walk: its key, if it is known, which snapshot showed it before (this very one means that it
-- is new), its numbers, and whether it has other dates than are known. The rest stays in the spool.
CREATE OR REPLACE TEMP TABLE sighted AS
SELECT e.entity_key, coalesce(e.last_snapshot, $snapshot_id) AS seen_before, w.place, w.fingerprint, {numbers},
       coalesce(r.best_rank, w.rank) AS rank, e.dates IS DISTINCT FROM hash(w.created_at, {last_modified}) AS told_anew
FROM read_parquet($files) AS w
LEFT JOIN repeated AS r ON r.place = w.place
LEFT JOIN (
    SELECT hub_id, entity_key, last_snapshot, CASE WHEN status = 'listed' THEN hash(created_at, last_modified) END AS dates
    FROM entities
    WHERE kind = $kind
) AS e ON e.hub_id = w.hub_id
WHERE r.place IS NULL OR r.place = r.first_place;
