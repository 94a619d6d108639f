CREATE OR REPLACE TEMP TABLE sighted AS
SELECT e.entity_key, p.place
FROM picked AS p
JOIN entities AS e ON e.kind = $kind AND e.hub_id = p.hub_id;
