INSERT INTO observations BY NAME
SELECT $snapshot_id AS snapshot_id, entity_key, {numbers}
FROM keyed
ORDER BY entity_key;
