-- The days of the week of an entity with small counts: the terms of each day's deviance from a level.
-- Overdispersion is shrunk towards that of peers. The drift of the level is that of peers minus the part of counting
-- noise.
-- reads: counts
-- writes: days
-- parameters: min_peers, peers_weight, min_overdispersion
CREATE OR REPLACE TEMP TABLE days AS
WITH classes AS (
    SELECT c.class, count(*) AS entities, median(c.overdispersion) AS overdispersion,
           greatest((1.4826 * median(abs(c.drift_statistic))) ** 2 - median(c.by_chance), 0) AS drift_variance
    FROM counts AS c
    WHERE c.sampled
    GROUP BY GROUPING SETS ((c.class), ())
), shrunk AS (
    SELECT c.* EXCLUDE (overdispersion), coalesce(a.drift_variance, e.drift_variance, 0) AS drift_variance,
           greatest((c.days * c.overdispersion + $peers_weight * coalesce(a.overdispersion, e.overdispersion, 0))
                    / (c.days + $peers_weight), $min_overdispersion) AS overdispersion
    FROM counts AS c
    JOIN classes AS e ON e.class IS NULL
    LEFT JOIN classes AS a ON a.class = c.class AND a.entities >= $min_peers
    WHERE c.direction <> 0
)
SELECT c.entity_key, sqrt(c.drift_variance + (1 / c.expected + c.overdispersion) / c.days) AS level_sd,
       'negative binomial' AS likelihood,
       list_transform(c.week, lambda day: struct_pack(
           deviation := NULL::DOUBLE, daily_noise := NULL::DOUBLE,
           saturated := day.gain * ln(greatest(day.gain, 1) / (c.expected * day.span))
                        - (day.gain + 1 / c.overdispersion) * ln(1 + c.overdispersion * day.gain),
           signed_gain := c.direction * day.gain, direction := c.direction, weight := day.gain + 1 / c.overdispersion,
           expected := c.overdispersion * c.expected * day.span)) AS week
FROM shrunk AS c;
