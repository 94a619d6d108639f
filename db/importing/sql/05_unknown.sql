-- Entities of which nothing is known at the moment, with the moment from which something is.
CREATE OR REPLACE TEMP TABLE unknown AS
SELECT g.entity_key, g.place, f.known_from
FROM sighted AS g
LEFT JOIN (SELECT entity_key, min(valid_from) AS known_from FROM {table} GROUP BY entity_key) AS f
     ON f.entity_key = g.entity_key
WHERE f.known_from IS NULL OR f.known_from > $observed_at;

-- Where that is the same, it was so before: of an archive that ends where our own history begins, most is.
CREATE OR REPLACE TEMP TABLE alike AS
SELECT u.entity_key, u.known_from
FROM unknown AS u
JOIN staged AS s ON s.place = u.place
JOIN {table} AS f ON f.entity_key = u.entity_key AND f.valid_from = u.known_from
WHERE NOT ({differs});

UPDATE {table} SET valid_from = $observed_at
FROM alike AS a
WHERE a.entity_key = {table}.entity_key AND a.known_from = {table}.valid_from;

DELETE FROM unknown USING alike AS a WHERE a.entity_key = unknown.entity_key;

INSERT INTO {table} BY NAME
SELECT u.entity_key, $observed_at AS valid_from, u.known_from AS valid_to, {facts}
FROM unknown AS u
JOIN staged AS s ON s.place = u.place
ORDER BY u.entity_key;
