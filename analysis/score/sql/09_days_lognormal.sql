-- The days of the week of an entity with large counts: deviations of shrunk logarithms from the past mean, in daily
-- noise.
-- reads: measured
-- writes: days
-- parameters: -
CREATE OR REPLACE TEMP TABLE days AS
SELECT m.entity_key, m.drift AS level_sd, 'lognormal' AS likelihood, list_transform(m.week, lambda level: struct_pack(
           deviation := m.direction * (level - m.past_mean) / m.daily_noise, daily_noise := m.daily_noise,
           saturated := NULL::DOUBLE, signed_gain := NULL::BIGINT, direction := NULL::INTEGER, weight := NULL::DOUBLE,
           expected := NULL::DOUBLE)) AS week
FROM measured AS m
WHERE m.direction <> 0;
