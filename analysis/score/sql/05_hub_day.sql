-- The median log rate of the Hub on each day. Later steps subtract it, because weekdays, late counters and revisions
-- move all entities alike.
-- reads: daily, examined
-- writes: hub_day
-- parameters: shrink, min_peers
CREATE OR REPLACE TEMP TABLE hub_day AS
SELECT d.place, CASE WHEN count(*) >= $min_peers THEN median(d.log_rate) ELSE 0 END AS log_rate
FROM daily AS d JOIN examined AS e ON e.entity_key = d.entity_key
WHERE e.sampled AND e.baseline >= $shrink
GROUP BY d.place;
