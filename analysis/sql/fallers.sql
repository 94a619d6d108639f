-- Entities below the level of their own past, and entities whose likes or upvotes were taken back, by the lower bound
-- of their loss. A loss below $floor is noise. A fall of all-time downloads is a revision and not listed.
-- reads: score, change
-- writes: -
-- parameters: min_score, floor, taken_back, rows
WITH lost AS (
    SELECT s.entity_key, s.impact AS weight, s.evidence
    FROM score AS s
    WHERE s.direction = -1 AND s.evidence >= $min_score AND s.lower_bound > 0
    UNION ALL
    SELECT c.entity_key, c.{gain} AS weight, NULL AS evidence
    FROM {change} AS c
    WHERE $taken_back AND c.{gain} < 0
)
SELECT l.entity_key, count(*) OVER () AS considered, l.weight
FROM lost AS l
JOIN {change} AS c ON c.entity_key = l.entity_key
WHERE l.weight <= -$floor
ORDER BY l.weight, l.evidence DESC NULLS LAST, c.{shown}_now DESC NULLS LAST, c.id, c.hub_id
LIMIT $rows;
