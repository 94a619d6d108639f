-- The first sighting of an entity is not later than its last sighting.
SELECT 'entity ' || entity_key AS broken FROM entities WHERE first_seen > last_seen
