-- Each thing of the walk once: where its row lies and which snapshot showed it before; this very one means it is new.
-- The rows themselves stay in the spool: 3 M of them would fill gigabytes.
CREATE OR REPLACE TEMP TABLE sighted AS
SELECT e.entity_key, e.last_snapshot AS seen_before, w.place, coalesce(r.rank, w.rank) AS rank
FROM read_parquet($files) AS w
LEFT JOIN repeated AS r ON r.hub_id = w.hub_id
JOIN entities AS e ON e.kind = $kind AND e.hub_id = w.hub_id
WHERE coalesce(r.place, w.place) = w.place;
