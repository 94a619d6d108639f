-- The root of the family of every model that has a base or is one, with the Hub id of the root, empty if it was never seen.
-- reads: family_roots, entities
-- writes: family_root
-- parameters: as_of
CREATE OR REPLACE TEMP TABLE family_root AS
SELECT f.entity_key, f.root_key, f.root, f.relation, f.depth, coalesce(e.hub_id, '') AS root_hub_id
FROM family_roots(as_of := $as_of) AS f
LEFT JOIN entities AS e ON e.entity_key = f.root_key;
