-- Entities whose earliest stored attributes equal those of the snapshot. In an archive that ends where the crawls
-- begin, these are most entities.
-- reads: unknown, staged, {table}
-- writes: extended
CREATE OR REPLACE TEMP TABLE extended AS
SELECT u.entity_key, u.known_from
FROM unknown AS u
JOIN staged AS s ON s.place = u.place
JOIN {table} AS f ON f.entity_key = u.entity_key AND f.valid_from = u.known_from
WHERE NOT ({differs});
