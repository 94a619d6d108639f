-- Each row of the walk: the thing, if it is known, which snapshot showed it before (this very one means that it is
-- new), its numbers, and whether it has other dates than are known. The rest stays in the spool: 3 M rows of it would
-- fill gigabytes.
CREATE OR REPLACE TEMP TABLE sighted AS
SELECT e.entity_key, coalesce(e.last_snapshot, $snapshot_id) AS seen_before, w.place, hash(w.hub_id) AS hub_hash,
       w.fingerprint, {numbers}, w.rank, e.dates IS DISTINCT FROM hash(w.created_at, {last_modified}) AS told_anew
FROM read_parquet($files) AS w
LEFT JOIN (
    SELECT hub_id, entity_key, last_snapshot, CASE WHEN status = 'listed' THEN hash(created_at, last_modified) END AS dates
    FROM entities
    WHERE kind = $kind
) AS e ON e.hub_id = w.hub_id;
