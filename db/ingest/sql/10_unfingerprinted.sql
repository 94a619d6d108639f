-- Give valid attributes their fingerprint if they equal the new ones. Hashes are compared, because the lists themselves
-- would hold both sides in memory.
-- reads: the spool, changed, the attribute table of the kind
-- writes: unchanged, changed, the attribute table of the kind
-- parameters: files
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
