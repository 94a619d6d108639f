-- Entities too young for a score, by gain per day of age. Under 30 days of age the 30-day downloads are all there were.
-- The first day counts as a whole one: two likes in an hour are not 48 a day.
-- reads: change
-- writes: -
-- parameters: young_days, rows
SELECT c.entity_key, count(*) OVER () AS considered
FROM {change} AS c
WHERE c.age_days < $young_days AND c.is_now AND c.{shown}_now > 0
ORDER BY c.{shown}_now / greatest(c.age_days, 1) DESC, c.{shown}_now DESC, c.id, c.hub_id
LIMIT $rows;
