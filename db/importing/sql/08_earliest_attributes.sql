-- Attributes before the earliest stored ones: equal attributes are extended back in time, others get a row.
-- reads: extended, unknown, staged
-- writes: {table}, unknown
-- parameters: observed_at, stated
UPDATE {table} SET valid_from = $observed_at
FROM extended AS x
WHERE x.entity_key = {table}.entity_key AND x.known_from = {table}.valid_from;

DELETE FROM unknown USING extended AS x WHERE x.entity_key = unknown.entity_key;

INSERT INTO {table} BY NAME
SELECT u.entity_key, $observed_at AS valid_from, u.known_from AS valid_to, COLUMNS($stated)
FROM unknown AS u
JOIN {rows}('unknown') AS s ON s.place = u.place
ORDER BY u.entity_key;
