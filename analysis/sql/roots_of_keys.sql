-- The root of the family of chosen models: its Hub id, empty if it was never seen, and its name.
-- reads: change, family_root
-- writes: -
-- parameters: keys
SELECT c.entity_key, coalesce(f.root_hub_id, c.hub_id), coalesce(f.root, c.id)
FROM {change} AS c
LEFT JOIN family_root AS f ON f.entity_key = c.entity_key
WHERE c.entity_key IN (SELECT unnest($keys::INTEGER[]));
