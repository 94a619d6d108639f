-- The median log rate of the Hub on each day. It is subtracted, since weekdays, skipped refreshes and revisions move all.
-- reads: daily, examined
-- writes: hub_day
-- parameters: shrink, min_peers
CREATE OR REPLACE TEMP TABLE hub_day AS
SELECT d.place, CASE WHEN count(*) >= $min_peers THEN median(d.log_rate) ELSE 0 END AS log_rate
FROM daily AS d JOIN examined AS e ON e.entity_key = d.entity_key
WHERE e.sampled AND e.baseline >= $shrink
GROUP BY d.place;
