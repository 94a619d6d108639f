-- How many entities carry each column that the archive has.
INSERT INTO coverage
SELECT $snapshot_id, $kind, unnest([{names}]), 'store', unnest(c.carried), c.records, NULL, NULL
FROM (
    SELECT [{counts}] AS carried, count(*) AS records
    FROM sighted AS g
    JOIN staged AS s ON s.place = g.place
) AS c;
