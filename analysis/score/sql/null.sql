-- How far the middle of last week's days lay off the weeks before, over the fair sample, lowest first.
SELECT round($direction * m.wandered
             / sqrt($middle_costs * m.noise * m.noise / len(m.late)
                    + greatest(m.drift * m.drift - $middle_costs * m.noise * m.noise / len(m.days), 0)
                    + $middle_costs * m.noise * m.noise / len(m.early)), 6) AS off
FROM measured AS m
WHERE m.sampled AND m.wandered IS NOT NULL
ORDER BY off;
