-- The rows of one walk, each thing once: as its first sighting had it, with the rank that any list gave it.
CREATE OR REPLACE TEMP TABLE staged AS
SELECT * REPLACE (max(rank) OVER (PARTITION BY hub_id) AS rank){added}
FROM read_parquet($files)
QUALIFY row_number() OVER (PARTITION BY hub_id ORDER BY place) = 1;
