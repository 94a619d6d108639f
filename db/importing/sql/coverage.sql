-- The number of entities with a value, for each column of the archive.
-- reads: row_entities, staged
-- writes: coverage
-- parameters: snapshot_id, kind
INSERT INTO coverage
SELECT $snapshot_id, $kind, unnest([{names}]), 'store', unnest(c.carried), c.records, NULL, NULL
FROM (
    SELECT [{counts}] AS carried, count(*) AS records
    FROM row_entities AS r
    JOIN staged AS s ON s.place = r.place
) AS c;
