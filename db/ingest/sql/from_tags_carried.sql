-- How many of the entities carry what their tags tell.
SELECT {from_tags}
FROM {table} AS f
WHERE f.valid_to IS NULL AND f.entity_key IN (SELECT entity_key FROM sighted);
