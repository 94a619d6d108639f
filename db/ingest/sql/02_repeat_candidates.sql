-- Rows whose entity another row may show, too, told by the hash: a full walk of millions has next to none. One share of the
-- hashes at a time, for all of them together would take the most memory of the whole taking-in.
INSERT INTO repeated_perhaps
WITH share AS (SELECT hub_hash, place FROM shown WHERE hub_hash % $shares::UBIGINT = $share::UBIGINT)
SELECT s.place FROM share AS s
WHERE s.hub_hash IN (SELECT hub_hash FROM share GROUP BY hub_hash HAVING count(*) > 1);
