-- Give current attributes their fingerprint if they equal the new ones. The comparison uses hashes, because comparing
-- lists would keep both sides in memory. UNION BY NAME puts the new attributes in the order of the table.
-- reads: the spool, changed, the attribute table of the kind
-- writes: unchanged, changed, the attribute table of the kind
-- parameters: files, attributes, scalars, lists
CREATE OR REPLACE TEMP TABLE unchanged AS
SELECT n.entity_key, n.fingerprint
FROM (
    SELECT entity_key, fingerprint, hash(*COLUMNS($attributes)) AS attribute_hash
    FROM (
        FROM {table} WHERE false
        UNION ALL BY NAME
        SELECT * EXCLUDE (is_unfingerprinted) FROM {rows}($files, $scalars, $lists) WHERE is_unfingerprinted
    )
) AS n
JOIN (
    SELECT entity_key, hash(*COLUMNS($attributes)) AS attribute_hash
    FROM {table}
    WHERE valid_to IS NULL AND entity_key IN (SELECT entity_key FROM changed WHERE is_unfingerprinted)
) AS f ON f.entity_key = n.entity_key
WHERE f.attribute_hash = n.attribute_hash;

UPDATE {table} SET fingerprint = u.fingerprint
FROM unchanged AS u
WHERE {table}.entity_key = u.entity_key AND {table}.valid_to IS NULL;

DELETE FROM changed USING unchanged AS u WHERE changed.entity_key = u.entity_key;
