-- Entities above the level of their own past, by impact, or by score if $by_score.
-- reads: score, change
-- writes: -
-- parameters: min_score, by_score, rows
SELECT s.entity_key, count(*) OVER () AS considered, CASE WHEN $by_score THEN s.evidence ELSE s.impact END AS weight
FROM score AS s
JOIN {change} AS c ON c.entity_key = s.entity_key
WHERE s.direction = 1 AND s.evidence >= $min_score AND s.lower_bound > 0
ORDER BY weight DESC, s.evidence DESC, c.{shown}_now DESC NULLS LAST, c.id, c.hub_id
LIMIT $rows;
