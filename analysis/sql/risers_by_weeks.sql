-- What had most downloads this week in percent of its usual week.
SELECT s.entity_key, count(*) OVER () AS considered
FROM screened AS s
JOIN change AS c ON c.entity_key = s.entity_key
WHERE s.this > s.usual AND s.usual > 0
ORDER BY s.this / s.usual DESC, c.{shown}_now DESC NULLS LAST, c.id, c.hub_id
LIMIT $rows;
