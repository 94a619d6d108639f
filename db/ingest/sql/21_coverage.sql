-- How many records carry each column of the store: what the pages counted, less the rows that repeat others.
INSERT INTO coverage
SELECT $snapshot_id, $kind, unnest($columns::VARCHAR[]), 'store', unnest($carried::INTEGER[]), $records, NULL, NULL;
