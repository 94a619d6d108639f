-- Replaces the attributes after the snapshots are deleted.
-- reads: rebuilt, entities
-- writes: {table}
DELETE FROM {table} WHERE entity_key IN (SELECT r.entity_key FROM rebuilt AS r);

INSERT INTO {table} BY NAME
SELECT r.* FROM rebuilt AS r JOIN entities AS e ON e.entity_key = r.entity_key ORDER BY r.entity_key, r.valid_from;
