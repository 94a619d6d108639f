-- Counts of entities without a score by reason.
-- reads: change, screened
-- writes: -
-- parameters: young_days
SELECT count(*) FILTER (c.age_days < $young_days),
       count(*) FILTER (c.{gain} < 0 AND (c.age_days >= $young_days OR c.age_days IS NULL)),
       count(*) FILTER (c.{gain} >= 0 AND s.entity_key IS NULL AND (c.age_days >= $young_days OR c.age_days IS NULL)),
       count(*) FILTER (c.{gain} IS NULL AND (c.age_days >= $young_days OR c.age_days IS NULL))
FROM {change} AS c LEFT JOIN screened AS s ON s.entity_key = c.entity_key
WHERE c.is_now;
