-- The root of the family of every model that has a base or is one; no rows for other kinds.
-- reads: family_roots, entities
-- writes: root_of
-- parameters: kind, as_of
CREATE OR REPLACE TEMP TABLE root_of AS
SELECT f.entity_key, coalesce(e.hub_id, '') AS root_hub_id, f.root
FROM family_roots(as_of := $as_of) AS f
LEFT JOIN entities AS e ON e.entity_key = f.root_key
WHERE $kind = 'model';
