-- Find entities that several rows show. The first row counts and gets the best rank.
-- reads: the spool, repeat_candidates
-- writes: repeats
-- parameters: files
INSERT INTO repeats
SELECT place, first_place, best_rank
FROM (
    SELECT w.place, min(w.place) OVER entity AS first_place, min(w.rank) OVER entity AS best_rank, count(*) OVER entity AS sightings
    FROM read_parquet($files) AS w
    WHERE w.place IN (SELECT place FROM repeat_candidates)
    WINDOW entity AS (PARTITION BY w.hub_id)
)
WHERE sightings > 1;
