-- Entities without attributes at the time of the snapshot, and the time from which they have some.
-- reads: row_entities, {table}
-- writes: unknown
-- parameters: observed_at
CREATE OR REPLACE TEMP TABLE unknown AS
SELECT r.entity_key, r.place, a.known_from
FROM row_entities AS r
LEFT JOIN (SELECT entity_key, min(valid_from) AS known_from FROM {table} GROUP BY entity_key) AS a
     ON a.entity_key = r.entity_key
WHERE a.known_from IS NULL OR a.known_from > $observed_at;
