-- The valid rows of one snapshot. An entity that the file repeats has its first row only.
-- reads: staged
-- writes: first_rows
-- parameters: observed_at
CREATE OR REPLACE TEMP TABLE first_rows AS
SELECT hub_id, min(place) AS place
FROM staged
WHERE observed_at = $observed_at AND reason IS NULL
GROUP BY hub_id;
