-- Find entities that several rows show. The first row counts and gets the best rank.
-- reads: the spool, repeated_perhaps
-- writes: repeated
-- parameters: files
INSERT INTO repeated
SELECT place, first_place, best_rank
FROM (
    SELECT w.place, min(w.place) OVER entity AS first_place, min(w.rank) OVER entity AS best_rank, count(*) OVER entity AS sightings
    FROM read_parquet($files) AS w
    WHERE w.place IN (SELECT place FROM repeated_perhaps)
    WINDOW entity AS (PARTITION BY w.hub_id)
)
WHERE sightings > 1;
