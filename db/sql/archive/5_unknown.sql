-- Things of which nothing is known at the moment, with the moment from which something is.
CREATE OR REPLACE TEMP TABLE unknown AS
SELECT g.entity_key, g.place, f.known_from
FROM sighted AS g
LEFT JOIN (SELECT entity_key, min(valid_from) AS known_from FROM {table} GROUP BY entity_key) AS f
     ON f.entity_key = g.entity_key
WHERE f.known_from IS NULL OR f.known_from > $observed_at;

INSERT INTO {table} BY NAME
SELECT u.entity_key, $observed_at AS valid_from, u.known_from AS valid_to, {facts}
FROM unknown AS u
JOIN staged AS s ON s.place = u.place
ORDER BY u.entity_key;
