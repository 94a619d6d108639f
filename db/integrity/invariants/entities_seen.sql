-- An entity is first seen before it is last seen.
SELECT 'entity ' || entity_key AS broken FROM entities WHERE first_seen > last_seen
