-- Find rows whose id hash occurs more than once; a full walk has almost none. Each run covers one share of the hashes,
-- because grouping all of them at once would set the memory peak of the ingest.
-- reads: shown
-- writes: repeated_perhaps
-- parameters: shares, share
INSERT INTO repeated_perhaps
WITH share AS (SELECT hub_hash, place FROM shown WHERE hub_hash % $shares::UBIGINT = $share::UBIGINT)
SELECT s.place FROM share AS s
WHERE s.hub_hash IN (SELECT hub_hash FROM share GROUP BY hub_hash HAVING count(*) > 1);
