-- End the validity of changed attributes and insert the new ones.
-- reads: the spool, changed
-- writes: the attribute table of the kind
-- parameters: files, observed_at
UPDATE {table} SET valid_to = $observed_at
FROM changed AS c
WHERE {table}.entity_key = c.entity_key AND {table}.valid_to IS NULL;

-- Of two snapshots at the same time the later one wins; the earlier attributes were never valid.
DELETE FROM {table} WHERE valid_from = $observed_at AND valid_to = $observed_at;

INSERT INTO {table} (entity_key, valid_from, {columns}, fingerprint)
SELECT r.entity_key, $observed_at, {told}, r.fingerprint
FROM (
    SELECT c.entity_key, c.fingerprint, {read}
    FROM changed AS c JOIN read_parquet($files) AS w ON w.place = c.place
) AS r;
