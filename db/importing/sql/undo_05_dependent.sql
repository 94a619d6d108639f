-- Archives without Hub ids whose rows count for entities that no other snapshot names.
-- reads: sightings
SELECT list(DISTINCT n.origin ORDER BY n.origin)
FROM (
    SELECT s.entity_key, unnest(list(DISTINCT s.origin)) AS origin
    FROM sightings AS s
    GROUP BY s.entity_key
    HAVING count(*) FILTER (len(s.stated) > 0) = 0
) AS n;
