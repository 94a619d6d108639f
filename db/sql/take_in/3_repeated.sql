-- Things that several lists, or one list twice, showed: the first sighting counts, with the best rank.
CREATE OR REPLACE TEMP TABLE repeated AS
SELECT w.hub_id, w.place, min(w.place) OVER thing AS first_place, min(w.rank) OVER thing AS best_rank
FROM read_parquet($files) AS w
WHERE w.place IN (SELECT place FROM repeated_perhaps)
WINDOW thing AS (PARTITION BY w.hub_id);

UPDATE sighted SET rank = r.best_rank
FROM repeated AS r
WHERE sighted.place = r.place AND r.place = r.first_place AND sighted.rank IS DISTINCT FROM r.best_rank;

DELETE FROM sighted USING repeated AS r WHERE sighted.place = r.place AND r.place <> r.first_place;
