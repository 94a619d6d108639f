-- Archives whose rows, known by name alone, count for entities that no other snapshot would name.
SELECT list(DISTINCT n.origin ORDER BY n.origin)
FROM (
    SELECT s.entity_key, unnest(list(DISTINCT s.origin)) AS origin
    FROM sightings AS s
    GROUP BY s.entity_key
    HAVING count(*) FILTER (len(s.stated) > 0) = 0
) AS n;
