-- Rows of one snapshot that can be taken, each entity once: as the first row has it.
CREATE OR REPLACE TEMP TABLE picked AS
SELECT hub_id, min(place) AS place
FROM staged
WHERE observed_at = $observed_at AND reason IS NULL
GROUP BY hub_id;
