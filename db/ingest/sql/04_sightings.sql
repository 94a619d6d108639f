-- One row per entity of a slice: its key if known, the snapshot that last showed it (this one for a new entity), its
-- numbers, and whether its dates differ from the stored ones. All other values stay in the spool.
-- reads: the spool, repeated, entities
-- writes: sighted
-- parameters: files, kind, snapshot_id
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
