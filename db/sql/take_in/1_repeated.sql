-- Things that several lists, or one list twice, showed: the place of the first sighting, and the best rank.
-- Candidates are found by hash: a full walk of millions of rows has next to none.
CREATE OR REPLACE TEMP TABLE repeated AS
SELECT w.hub_id, min(w.place) AS place, min(w.rank) AS rank
FROM read_parquet($files) AS w
WHERE hash(w.hub_id) IN (SELECT hash(p.hub_id) FROM read_parquet($files) AS p GROUP BY hash(p.hub_id) HAVING count(*) > 1)
GROUP BY w.hub_id;
