-- Number new entities in the order of the walk.
-- reads: sightings, entities
-- writes: sightings
-- parameters: snapshot_id
UPDATE sightings SET entity_key = n.entity_key
FROM (
    SELECT s.place, (SELECT coalesce(max(entity_key), 0) FROM entities) + row_number() OVER (ORDER BY s.place) AS entity_key
    FROM sightings AS s
    WHERE s.previous_snapshot = $snapshot_id
) AS n
WHERE sightings.place = n.place;
