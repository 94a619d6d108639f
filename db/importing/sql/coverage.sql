-- The number of entities with a value, for each column of the archive.
-- reads: row_entities, staged
-- writes: coverage
-- parameters: snapshot_id, kind, measured
INSERT INTO coverage
SELECT $snapshot_id, $kind, c.field, 'store', c.carried, (SELECT count(*) FROM row_entities), NULL, NULL
FROM (
    UNPIVOT (
        SELECT count(COLUMNS($measured)) FROM row_entities AS r JOIN staged AS s ON s.place = r.place
    ) ON COLUMNS(*) INTO NAME field VALUE carried
) AS c;
