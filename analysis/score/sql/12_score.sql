-- The score of every examined entity that moved: log odds of a lasting level shift against no change or a fading burst.
-- Days follow Student's t, which limits the weight of a single day. A shift multiplies the level by one of $lifts and
-- begins $onset_days or more ago. The level may have drifted by $drifts times its level sd. A burst began in the week
-- or the two days before it, and decays by $fades each day. Weekly snapshots show no bursts. The impact is a lower
-- bound of the gain that the past does not explain; of a fall, of the loss against the baseline week.
-- reads: change, measured, days, interquartile_mean
-- writes: deviance, score
-- parameters: span, now_at, onset_days, degrees, drifts, drift_weights, lifts, fades, bursts, burst_weight, mean_variance

-- Squared deviation, or deviance, of a day from the level exp(lift) times the baseline, by the likelihood of its row.
CREATE OR REPLACE TEMP MACRO deviance(likelihood, day, lift) AS
    CASE WHEN likelihood = 'lognormal' THEN (day.deviation - lift / day.daily_noise) ** 2
         ELSE 2 * (day.saturated - day.signed_gain * lift
                   + day.weight * ln(1 + day.expected * exp(day.direction * lift))) END;

CREATE OR REPLACE TEMP TABLE score AS
WITH turned AS (
    SELECT m.*, d.week AS days_seen, d.level_sd, d.likelihood,
           list_transform(m.week, lambda day: m.direction * (day - m.past_mean) / m.daily_noise) AS deviations,
           list_filter(range(1, len(m.week) + 1),
                       lambda j: epoch($now_at::TIMESTAMPTZ - m.starts[j]) / 86400 >= $onset_days) AS onsets
    FROM measured AS m JOIN days AS d ON d.entity_key = m.entity_key
), likely AS (
    SELECT t.*,
           list_transform($drifts, lambda d: list_transform(t.days_seen, lambda day:
               -($degrees + 1) / 2 * ln(1 + deviance(t.likelihood, day, d * t.level_sd) / $degrees))) AS unchanged,
           list_transform($fades, lambda rest: list_transform($bursts, lambda height:
               list_transform(range(-1, len(t.week) + 1), lambda began:
                   exp(list_sum(list_transform(range(1, len(t.week) + 1), lambda j: -($degrees + 1) / 2 * ln(1 +
                       deviance(t.likelihood, t.days_seen[j],
                                CASE WHEN j < began THEN 0 ELSE ln(1 + height * rest ** (j - began)) END)
                       / $degrees))))))) AS bursts,
           list_transform($drifts, lambda d: list_transform($lifts, lambda f: list_transform(t.days_seen, lambda day:
               -($degrees + 1) / 2 * ln(1 + deviance(t.likelihood, day, d * t.level_sd + ln(f)) / $degrees)))) AS shifted
    FROM turned AS t
    WHERE len(t.onsets) > 0
), weighed AS (
    SELECT l.*,
           (1 - $burst_weight) * list_sum(list_transform(range(1, len($drifts) + 1),
               lambda d: $drift_weights[d] * exp(list_sum(l.unchanged[d]))))
               + $burst_weight * coalesce(list_avg(flatten(flatten(l.bursts))), 0) AS no_shift,
           list_transform(l.onsets, lambda j: list_sum(list_transform(range(1, len($drifts) + 1),
               lambda d: $drift_weights[d] / len($lifts) * list_sum(list_transform(l.shifted[d],
                   lambda f: exp(coalesce(list_sum(l.unchanged[d][:j - 1]), 0) + list_sum(f[j:]))))))) AS shift_since
    FROM likely AS l
), found AS (
    SELECT w.*, ln(list_sum(w.shift_since) / len(w.onsets) / w.no_shift) AS evidence,
           w.onsets[list_position(w.shift_since, list_max(w.shift_since))] AS onset
    FROM weighed AS w
), sized AS (
    SELECT f.*, f.week[f.onset:] AS after,
           CASE WHEN len(f.week[f.onset:]) = 2 THEN list_min(f.deviations[f.onset:])
                ELSE interquartile_mean(f.deviations[f.onset:]) END * f.daily_noise AS shift,
           f.direction * (interquartile_mean(f.week) - f.past_mean)
               / sqrt($mean_variance * f.daily_noise * f.daily_noise / len(f.week) + f.drift * f.drift) AS deviation
    FROM found AS f
), bounded AS (
    SELECT s.*,
           s.shift - 2.5 * sqrt($mean_variance * s.daily_noise * s.daily_noise / len(s.after) + s.drift * s.drift)
               AS lower_bound,
           round(exp(s.direction * lower_bound), 6) AS multiple
    FROM sized AS s
    WHERE s.shift > 0
)
SELECT b.entity_key, b.direction, round(b.evidence, 6) AS evidence, b.shift, b.lower_bound,
       round(CASE WHEN b.direction = 1 THEN c.{gain} * (1 - 1 / b.multiple)
                  ELSE b.baseline * $span / 7 * (b.multiple - 1) END, 3) AS impact,
       b.starts[b.onset] AS since, b.deviation, b.daily_noise, b.drift, b.this_week, b.baseline
FROM bounded AS b JOIN {change} AS c ON c.entity_key = b.entity_key;
