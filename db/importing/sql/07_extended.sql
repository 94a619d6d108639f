-- Entities whose earliest stored attributes equal those of the snapshot. In an archive that ends where the crawls
-- begin, these are most entities.
-- reads: unknown, staged, {table}
-- writes: extended
-- parameters: compared
CREATE OR REPLACE TEMP TABLE extended AS
SELECT n.entity_key, n.known_from
FROM (
    SELECT u.entity_key, u.known_from, struct_pack(*COLUMNS($compared)) AS attributes
    FROM unknown AS u
    JOIN {rows}('unknown') AS s ON s.place = u.place
    WHERE u.known_from IS NOT NULL
) AS n
JOIN (SELECT entity_key, valid_from, struct_pack(*COLUMNS($compared)) AS attributes FROM {table}) AS f
     ON f.entity_key = n.entity_key AND f.valid_from = n.known_from
WHERE n.attributes IS NOT DISTINCT FROM f.attributes;
