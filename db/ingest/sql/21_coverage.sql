-- Store how many records have a value in each column of the store.
-- reads: nothing
-- writes: coverage
-- parameters: snapshot_id, kind, columns, carried, records
INSERT INTO coverage
SELECT $snapshot_id, $kind, unnest($columns::VARCHAR[]), 'store', unnest($carried::INTEGER[]), $records, NULL, NULL;
