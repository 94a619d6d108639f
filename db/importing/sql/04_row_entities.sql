-- The entity of each row.
-- reads: first_rows, entities
-- writes: row_entities
-- parameters: kind
CREATE OR REPLACE TEMP TABLE row_entities AS
SELECT e.entity_key, r.place
FROM first_rows AS r
JOIN entities AS e ON e.kind = $kind AND e.hub_id = r.hub_id;
