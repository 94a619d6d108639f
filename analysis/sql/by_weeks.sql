-- The entities with most downloads this week in percent of their baseline week.
-- reads: screened, change
-- writes: -
-- parameters: rows
SELECT s.entity_key, count(*) OVER () AS considered, s.this_week / s.baseline AS weight
FROM screened AS s
JOIN {change} AS c ON c.entity_key = s.entity_key
WHERE s.this_week > s.baseline AND s.baseline > 0
ORDER BY weight DESC, c.{shown}_now DESC NULLS LAST, c.id, c.hub_id
LIMIT $rows;
