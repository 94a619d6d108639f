-- Facts without a fingerprint that are the same after all get theirs. They are compared by a hash: the lists themselves
-- would hold both sides in memory.
CREATE OR REPLACE TEMP TABLE unchanged AS
SELECT r.entity_key, r.fingerprint
FROM (
    SELECT c.entity_key, c.fingerprint, {read}
    FROM changed AS c JOIN read_parquet($files) AS w ON w.place = c.place
    WHERE c.doubtful
) AS r
JOIN (
    SELECT entity_key, hash({columns}) AS facts
    FROM {table}
    WHERE valid_to IS NULL AND entity_key IN (SELECT entity_key FROM changed WHERE doubtful)
) AS f ON f.entity_key = r.entity_key
WHERE f.facts = hash({told});

UPDATE {table} SET fingerprint = u.fingerprint
FROM unchanged AS u
WHERE {table}.entity_key = u.entity_key AND {table}.valid_to IS NULL;

DELETE FROM changed USING unchanged AS u WHERE changed.entity_key = u.entity_key;
