-- The scores of chosen entities that left the level of their own past, up or down.
-- reads: score
-- writes: -
-- parameters: keys
SELECT s.entity_key, s.direction, s.evidence, s.shift, s.lower_bound, s.impact, s.since, s.daily_noise, s.drift,
       s.this_week, s.baseline
FROM score AS s
WHERE s.evidence > 0 AND s.lower_bound > 0 AND s.entity_key IN (SELECT unnest($keys::INTEGER[]));
