-- One row per entity of a slice: its key if known, the snapshot that last showed it, its numbers, and whether its dates
-- differ from the stored ones. For a new entity the last snapshot is this one. All other values stay in the spool.
-- reads: the spool, repeats, entities
-- writes: sightings
-- parameters: files, kind, snapshot_id, numbers, dates
CREATE OR REPLACE TEMP TABLE sightings AS
SELECT e.entity_key, coalesce(e.last_snapshot, $snapshot_id) AS previous_snapshot, w.place, w.fingerprint, COLUMNS($numbers),
       coalesce(r.best_rank, w.rank) AS rank, e.dates IS DISTINCT FROM hash(*COLUMNS($dates)) AS is_redated
FROM read_parquet($files) AS w
LEFT JOIN repeats AS r ON r.place = w.place
LEFT JOIN (
    SELECT hub_id, entity_key, last_snapshot, CASE WHEN status = 'listed' THEN hash(*COLUMNS($dates)) END AS dates
    FROM entities
    WHERE kind = $kind
) AS e ON e.hub_id = w.hub_id
WHERE r.place IS NULL OR r.place = r.first_place;
