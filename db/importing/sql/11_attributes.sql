-- Replaces the attributes of the changed entities.
-- reads: changed, rewritten
-- writes: {table}
DELETE FROM {table} USING changed AS c WHERE c.entity_key = {table}.entity_key;

INSERT INTO {table} BY NAME SELECT * FROM rewritten ORDER BY entity_key, valid_from;
