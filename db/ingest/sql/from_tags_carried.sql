-- Count the entities of a slice that carry each tag-derived column.
-- reads: sighted, the attribute table of the kind
-- writes: nothing
-- parameters: none
SELECT {from_tags}
FROM {table} AS f
WHERE f.valid_to IS NULL AND f.entity_key IN (SELECT entity_key FROM sighted);
