-- This week and the baseline week of every entity with two weeks of history. The baseline week is the median of the
-- four weeks before. A week in which the counter fell is a revision and left out.
-- reads: change, plausible_observations
-- writes: screened
-- parameters: span, weeks, spans, stalled, stalled_days, young_days, shrink
CREATE OR REPLACE TEMP TABLE screened AS
WITH counters AS (
    SELECT c.entity_key, c.{gain} AS gain,
           -- if the counter did not move at an end of the week, its gain covers the days between two moves
           $span - CASE WHEN s0.{counter} = k1.{counter} + c.{gain} THEN ($stalled_days::DOUBLE[])[1] ELSE 0 END
                 + CASE WHEN s1.{counter} = k1.{counter} THEN ($stalled_days::DOUBLE[])[2] ELSE 0 END AS span,
           k1.{counter} AS c1, k2.{counter} AS c2, k3.{counter} AS c3,
           k4.{counter} AS c4, k5.{counter} AS c5
    FROM {change} AS c
    JOIN plausible_observations AS k1 ON k1.snapshot_id = $weeks[1] AND k1.entity_key = c.entity_key
    LEFT JOIN plausible_observations AS s0 ON s0.snapshot_id = ($stalled::INTEGER[])[1]
         AND s0.entity_key = c.entity_key AND s0.downloads >= 300
    LEFT JOIN plausible_observations AS s1 ON s1.snapshot_id = ($stalled::INTEGER[])[2]
         AND s1.entity_key = c.entity_key AND s1.downloads >= 300
    LEFT JOIN plausible_observations AS k2 ON k2.snapshot_id = $weeks[2] AND k2.entity_key = c.entity_key
    LEFT JOIN plausible_observations AS k3 ON k3.snapshot_id = $weeks[3] AND k3.entity_key = c.entity_key
    LEFT JOIN plausible_observations AS k4 ON k4.snapshot_id = $weeks[4] AND k4.entity_key = c.entity_key
    LEFT JOIN plausible_observations AS k5 ON k5.snapshot_id = $weeks[5] AND k5.entity_key = c.entity_key
    WHERE c.{gain} >= 0 AND (c.age_days >= $young_days OR c.age_days IS NULL)
), weeks AS (
    -- two in three counters on the Hub do not move for months, and a list for each of them would take half of the time
    SELECT k.entity_key, k.gain / k.span * 7 AS this_week,
           CASE WHEN k.c1 = k.c2 AND k.c2 = k.c3 AND k.c3 = k.c4 AND k.c4 = k.c5 THEN 0
                ELSE list_median(list_filter([
                    (k.c1 - k.c2) / $spans[1] * 7, (k.c2 - k.c3) / $spans[2] * 7,
                    (k.c3 - k.c4) / $spans[3] * 7, (k.c4 - k.c5) / $spans[4] * 7
                ], lambda gain: gain >= 0)) END AS baseline
    FROM counters AS k
)
SELECT w.entity_key, w.this_week, w.baseline, ln((w.this_week + $shrink) / (w.baseline + $shrink)) AS log_ratio
FROM weeks AS w
WHERE w.baseline IS NOT NULL;
