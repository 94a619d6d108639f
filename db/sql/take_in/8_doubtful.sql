-- Facts without a fingerprint that are the same after all get theirs. They are compared by a hash: the lists themselves
-- would hold both sides in memory.
CREATE OR REPLACE TEMP TABLE unchanged AS
SELECT c.entity_key, c.fingerprint
FROM changed AS c
JOIN (SELECT w.place, hash({told}) AS facts FROM read_parquet($files) AS w) AS w ON w.place = c.place
JOIN (SELECT entity_key, hash({columns}) AS facts FROM {table} WHERE valid_to IS NULL) AS f
     ON f.entity_key = c.entity_key
WHERE c.doubtful AND f.facts = w.facts;

UPDATE {table} SET fingerprint = u.fingerprint
FROM unchanged AS u
WHERE {table}.entity_key = u.entity_key AND {table}.valid_to IS NULL;

DELETE FROM changed USING unchanged AS u WHERE changed.entity_key = u.entity_key;
