-- End the validity of changed attributes and insert the new ones.
-- reads: the spool, changed
-- writes: the attribute table of the kind
-- parameters: files, observed_at, scalars, lists
UPDATE {table} SET valid_to = $observed_at
FROM changed AS c
WHERE {table}.entity_key = c.entity_key AND {table}.valid_to IS NULL;

-- Of two snapshots at the same time the later one wins; the earlier attributes were never valid.
DELETE FROM {table} WHERE valid_from = $observed_at AND valid_to = $observed_at;

INSERT INTO {table} BY NAME
SELECT n.* EXCLUDE (is_unfingerprinted), $observed_at AS valid_from
FROM {rows}($files, $scalars, $lists) AS n;
