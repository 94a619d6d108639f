-- How much better a shift that began on some day and lasts explains the week than the entity's own past does.
-- Days scatter as Student's t, so that no single day can say much. A shift may have any of $factors and begin at any
-- interval that is $onset_days or more ago; the level may have drifted by none or 1.5 of its usual drift either way.
-- The past may hold a burst, too: it began on any day of the week or on the two before it, and $fades of it are left each
-- day. Weeks know of none.
CREATE OR REPLACE TEMP TABLE score AS
WITH turned AS (
    SELECT m.*, w.days_seen, w.sway,
           list_transform(m.week, lambda day: m.direction * (day - m.middle) / m.noise) AS days_off,
           list_filter(range(1, len(m.week) + 1),
                       lambda j: epoch($now_at::TIMESTAMPTZ - m.starts[j]) / 86400 >= $onset_days) AS onsets
    FROM measured AS m JOIN told AS w ON w.entity_key = m.entity_key
), likely AS (
    SELECT t.*,
           list_transform($drifts, lambda d: list_transform(t.days_seen,
               lambda day: -($tail + 1) / 2 * ln(1 + off_squared(day, d * t.sway) / $tail))) AS still,
           list_transform($fades, lambda rest: list_transform($bursts, lambda height:
               list_transform(range(-1, len(t.week) + 1), lambda began:
                   exp(list_sum(list_transform(range(1, len(t.week) + 1), lambda j: -($tail + 1) / 2 * ln(1 +
                       off_squared(t.days_seen[j], CASE WHEN j < began THEN 0 ELSE ln(1 + height * rest ** (j - began))
                                   END) / $tail))))))) AS bursts,
           list_transform($drifts, lambda d: list_transform($factors, lambda f: list_transform(t.days_seen,
               lambda day: -($tail + 1) / 2 * ln(1 + off_squared(day, d * t.sway + ln(f)) / $tail)))) AS shifted
    FROM turned AS t
    WHERE len(t.onsets) > 0
), weighed AS (
    SELECT l.*,
           (1 - $burst_weight) * list_sum(list_transform(range(1, len($drifts) + 1),
               lambda d: $weights[d] * exp(list_sum(l.still[d]))))
               + $burst_weight * coalesce(list_avg(flatten(flatten(l.bursts))), 0) AS as_before,
           list_transform(l.onsets, lambda j: list_sum(list_transform(range(1, len($drifts) + 1),
               lambda d: $weights[d] / len($factors) * list_sum(list_transform(l.shifted[d],
                   lambda f: exp(coalesce(list_sum(l.still[d][:j - 1]), 0) + list_sum(f[j:]))))))) AS since_then
    FROM likely AS l
), found AS (
    SELECT w.*, ln(list_sum(w.since_then) / len(w.onsets) / w.as_before) AS evidence,
           w.onsets[list_position(w.since_then, list_max(w.since_then))] AS onset
    FROM weighed AS w
), sized AS (
    SELECT f.*, f.week[f.onset:] AS after,
           CASE WHEN len(f.week[f.onset:]) = 2 THEN list_min(f.days_off[f.onset:])
                ELSE middle(f.days_off[f.onset:]) END * f.noise AS shift,
           f.direction * (middle(f.week) - f.middle)
               / sqrt($middle_costs * f.noise * f.noise / len(f.week) + f.drift * f.drift) AS off
    FROM found AS f
)
SELECT s.entity_key, s.direction, round(s.evidence, 6) AS evidence, s.shift,
       s.shift - 2.5 * sqrt($middle_costs * s.noise * s.noise / len(s.after) + s.drift * s.drift) AS lower_bound,
       s.starts[s.onset] AS since, s.off, s.noise, s.drift, s.this, s.usual,
       list_max(list_transform(range(1, len(s.week) + 1), lambda j: s.week[j])) AS highest_day
FROM sized AS s
WHERE s.shift > 0;
