-- Of the entities of a slice: how many there are, how many have a rank, and how many only a look-up of suspects showed.
SELECT count(*), count(rank), count(*) FILTER (place // {places_a_page} IN (SELECT unnest($looked_up::BIGINT[])))
FROM sighted;
