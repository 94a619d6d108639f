-- Expected rate, overdispersion and drift statistic of an entity with small counts. The logarithm of 0, 1 or 2 is
-- useless, so a day is a negative binomial count with variance mean + overdispersion * mean^2. The expected rate is the
-- mean of the past, with each day capped at four times the rate plus three. Two weeks of $shrink are added as a prior:
-- one week of prior ranked an entity going 0 -> 2 a day above one going 6 -> 14; two weeks does not. The drift
-- statistic is a log ratio with one day of the expected rate added to both weeks; by_chance is its variance from
-- counting noise.
-- reads: daily, measured, day_effect
-- writes: counts
-- parameters: before_at, shrink, min_overdispersion
CREATE OR REPLACE TEMP TABLE counts AS
WITH gathered AS (
    SELECT d.entity_key,
           list(struct_pack(gain := least(d.gain, 3 + 4 * m.rate * d.days), span := d.days * coalesce(h.effect, 1))
                ORDER BY d.place) FILTER (d.observed_at <= $before_at) AS past,
           list(struct_pack(gain := d.gain, span := d.days * coalesce(h.effect, 1))
                ORDER BY d.place) FILTER (d.observed_at > $before_at) AS week
    FROM daily AS d
    JOIN measured AS m ON m.entity_key = d.entity_key
    LEFT JOIN day_effect AS h ON h.place = d.place
    GROUP BY d.entity_key
), split AS (
    SELECT g.*, m.direction, m.sampled, len(m.late) AS late_days, len(m.early) AS early_days,
           list_transform(g.past, lambda day: day.gain) AS gains, list_transform(g.past, lambda day: day.span) AS spans
    FROM gathered AS g JOIN measured AS m ON m.entity_key = g.entity_key
), rated AS (
    SELECT s.*, (list_sum(s.gains) + 2 * $shrink) / list_sum(s.spans) AS expected
    FROM split AS s
)
SELECT r.entity_key, r.week, r.expected, floor(2 * ln(r.expected))::INTEGER AS class, r.direction, r.sampled,
       len(r.past) AS days,
       list_sum(list_transform(r.past, lambda day: (day.gain - r.expected * day.span) ** 2 - r.expected * day.span))
           / list_sum(list_transform(r.past, lambda day: (r.expected * day.span) ** 2)) AS overdispersion,
       ln((list_sum(r.gains[-r.late_days:]) + r.expected) / (list_sum(r.spans[-r.late_days:]) + 1)
          / (list_sum(r.gains[:r.early_days]) + r.expected) * (list_sum(r.spans[:r.early_days]) + 1)) AS drift_statistic,
       (1 / r.expected + greatest(overdispersion, $min_overdispersion)) * (1 / r.late_days + 1 / r.early_days) AS by_chance
FROM rated AS r;
