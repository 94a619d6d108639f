-- Count the entities of a slice with a value in each column that is read from tags.
-- reads: sightings, the attribute table of the kind
-- writes: nothing
-- parameters: from_tags
UNPIVOT (
    SELECT count(COLUMNS($from_tags))
    FROM {table}
    WHERE valid_to IS NULL AND entity_key IN (SELECT s.entity_key FROM sightings AS s)
) ON COLUMNS(*) INTO NAME field VALUE carried;
