-- Hub-wide day effect on counts: mean of gain over the baseline day, each capped at 4, floored at 0.1.
-- reads: daily, examined
-- writes: day_effect
-- parameters: shrink, min_peers
CREATE OR REPLACE TEMP TABLE day_effect AS
SELECT d.place, greatest(avg(least(d.gain / d.days / (e.baseline / 7), 4)::DECIMAL(9, 6)), 0.1) AS effect
FROM daily AS d JOIN examined AS e ON e.entity_key = d.entity_key
WHERE e.sampled AND e.baseline >= $shrink
GROUP BY d.place
HAVING count(*) >= $min_peers;
