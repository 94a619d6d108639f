-- The past of an entity: the interquartile mean and spread of its days, and the drift statistic. The drift statistic
-- compares the last past week with the weeks before it.
-- reads: daily, hub_day, examined, interquartile_mean
-- writes: past
-- parameters: before_at, late_at, min_past, min_week
CREATE OR REPLACE TEMP TABLE past AS
WITH centred AS (
    SELECT d.*, d.log_rate - coalesce(h.log_rate, 0) AS level
    FROM daily AS d LEFT JOIN hub_day AS h ON h.place = d.place
), gathered AS (
    SELECT c.entity_key,
           list(c.level ORDER BY c.place) FILTER (c.observed_at <= $before_at) AS days,
           list(c.level ORDER BY c.place) FILTER (c.observed_at <= $before_at AND c.observed_at > $late_at) AS late,
           list(c.level ORDER BY c.place) FILTER (c.observed_at <= $late_at) AS early,
           list(c.level ORDER BY c.place) FILTER (c.observed_at > $before_at) AS week,
           list(c.since ORDER BY c.place) FILTER (c.observed_at > $before_at) AS starts,
           list(c.days ORDER BY c.place) FILTER (c.observed_at > $before_at) AS lengths,
           sum(c.gain) FILTER (c.observed_at <= $before_at) AS gained,
           sum(epoch_ms(c.observed_at) - epoch_ms(c.since)) FILTER (c.observed_at <= $before_at) / 86400000 AS span
    FROM centred AS c
    GROUP BY c.entity_key
), averaged AS (
    SELECT g.*, interquartile_mean(g.days) AS past_mean,
           interquartile_mean(g.late) - interquartile_mean(g.early) AS drift_statistic
    FROM gathered AS g
    WHERE len(g.days) >= $min_past AND len(g.week) >= $min_week
)
SELECT a.*, e.this_week, e.baseline, e.direction, e.sampled, floor(2 * a.past_mean)::INTEGER AS class,
       1.4826 * list_median(list_transform(a.days, lambda day: abs(day - a.past_mean))) AS spread,
       greatest(a.gained, 1) / a.span AS rate
FROM averaged AS a JOIN examined AS e ON e.entity_key = a.entity_key;
