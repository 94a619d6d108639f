-- Number new entities in the order of the walk.
-- reads: sighted, entities
-- writes: sighted
-- parameters: snapshot_id
UPDATE sighted SET entity_key = n.entity_key
FROM (
    SELECT s.place, (SELECT coalesce(max(entity_key), 0) FROM entities) + row_number() OVER (ORDER BY s.place) AS entity_key
    FROM sighted AS s
    WHERE s.seen_before = $snapshot_id
) AS n
WHERE sighted.place = n.place;
