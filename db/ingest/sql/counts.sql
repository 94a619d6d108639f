-- Count the entities of a slice, those with a rank, and those that only a look-up of suspects showed.
-- reads: sightings
-- writes: nothing
-- parameters: places_a_page, looked_up
SELECT count(*), count(rank), count(*) FILTER (place // $places_a_page IN (SELECT unnest($looked_up::BIGINT[])))
FROM sightings;
