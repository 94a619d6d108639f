-- Daily noise and drift of an entity. Daily noise is its own spread, shrunk towards that of its peers. It is never
-- below the noise of counting; for tiny counts it is the noise at the shrinkage constant. Drift is the level variance
-- of the peers minus the part that noise explains.
-- reads: past, peers
-- writes: measured
-- parameters: peers_weight, day_shrink, step, mean_variance
CREATE OR REPLACE TEMP TABLE measured AS
WITH scaled AS (
    SELECT p.*, q.drift_statistic AS peers_drift_statistic,
           greatest(sqrt((len(p.days) * p.spread * p.spread + $peers_weight * coalesce(q.spread * q.spread, 0))
                         / (len(p.days) + $peers_weight) + 0.0004),
                    sqrt(greatest(p.rate, $day_shrink) / $step) / (greatest(p.rate, $day_shrink) + $day_shrink))
               AS daily_noise
    FROM past AS p LEFT JOIN peers AS q ON q.class = p.class
)
SELECT s.*,
       sqrt(greatest(coalesce(s.peers_drift_statistic * s.peers_drift_statistic, 0)
                     - $mean_variance * s.daily_noise * s.daily_noise * (1 / greatest(coalesce(len(s.late), 0), 1)
                                                   + 1 / greatest(coalesce(len(s.early), 0), 1)), 0)
            + $mean_variance * s.daily_noise * s.daily_noise / len(s.days)) AS drift
FROM scaled AS s;
