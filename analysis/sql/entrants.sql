-- Entities without a score that are new on the Hub or in the store, by gain per day. The days are those of the span if
-- the gain is known, else the entity's age. The first day counts as a whole day, so that two likes in an hour are not
-- 48 a day; 30-day downloads cover at most $window days. If other entities have scores, an entity with too little
-- history for one counts as new.
-- reads: change, screened, unmeasured
-- writes: -
-- parameters: before_at, new_days, scored, span, window, rows
WITH unscored AS (
    SELECT c.*, CASE WHEN c.{gain} IS NULL THEN c.{shown}_now / greatest(least(c.age_days, $window::DOUBLE), 1)
                     WHEN c.age_days < $span THEN c.{gain} / greatest(c.age_days, 1) ELSE c.{gain} / $span END AS weight
    FROM {change} AS c
    LEFT JOIN screened AS s ON s.entity_key = c.entity_key
    LEFT JOIN unmeasured AS u ON u.entity_key = c.entity_key
    WHERE c.is_now AND (s.entity_key IS NULL OR u.entity_key IS NOT NULL)
      AND (c.age_days < $new_days OR (c.status = 'appeared' AND c.age_days IS NOT NULL) OR ($scored AND c.{gain} > 0))
      AND (c.status <> 'appeared' OR c.first_seen >= $before_at)
)
SELECT u.entity_key, count(*) OVER () AS considered, u.weight
FROM unscored AS u
WHERE u.weight > 0
ORDER BY u.weight DESC, u.{shown}_now DESC, u.id, u.hub_id
LIMIT $rows;
