-- The null sample: deviations of last week's days from the weeks before, over the systematic sample, ascending.
-- reads: measured
-- writes: -
-- parameters: direction, mean_variance
SELECT round($direction * m.drift_statistic
             / sqrt($mean_variance * m.daily_noise * m.daily_noise / len(m.late)
                    + greatest(m.drift * m.drift - $mean_variance * m.daily_noise * m.daily_noise / len(m.days), 0)
                    + $mean_variance * m.daily_noise * m.daily_noise / len(m.early)), 6) AS deviation
FROM measured AS m
WHERE m.sampled AND m.drift_statistic IS NOT NULL
ORDER BY deviation;
