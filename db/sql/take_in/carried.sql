-- How many records carry each column of the store.
INSERT INTO coverage
SELECT $snapshot_id, $kind, unnest($columns::VARCHAR[]), 'store', unnest(c.carried), c.records, NULL, NULL
FROM (
    SELECT [{counts}] AS carried, count(*) AS records
    FROM read_parquet($files) AS w
    LEFT JOIN repeated AS r ON r.hub_id = w.hub_id
    WHERE coalesce(r.place, w.place) = w.place
) AS c;
