-- The entities that most clearly left the level of their own past, up or down, by evidence.
-- reads: score, change
-- writes: -
-- parameters: direction, rows
SELECT s.entity_key, count(*) OVER () AS considered, s.evidence, s.shift, s.lower_bound, s.since, s.daily_noise, s.drift,
       s.this_week, s.baseline
FROM score AS s
JOIN {change} AS c ON c.entity_key = s.entity_key
WHERE s.direction = $direction AND s.evidence > 0 AND s.lower_bound > 0
ORDER BY s.evidence DESC, c.{shown}_now DESC NULLS LAST, c.id, c.hub_id
LIMIT $rows;
