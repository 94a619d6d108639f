-- Find rows whose id hash occurs more than once; a full walk has almost none. Each run covers one shard of the hashes,
-- because grouping all of them at once would set the memory peak of the ingest.
-- reads: row_hashes
-- writes: repeat_candidates
-- parameters: shards, shard
INSERT INTO repeat_candidates
WITH hashes AS (SELECT hub_hash, place FROM row_hashes WHERE hub_hash % $shards::UBIGINT = $shard::UBIGINT)
SELECT h.place FROM hashes AS h
WHERE h.hub_hash IN (SELECT hub_hash FROM hashes GROUP BY hub_hash HAVING count(*) > 1);
