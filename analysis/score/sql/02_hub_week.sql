-- The shift of the whole Hub: the median log ratio of large entities. It is NULL with fewer than $min_peers of them.
-- reads: screened
-- writes: hub_week
-- parameters: shrink, min_peers
CREATE OR REPLACE TEMP TABLE hub_week AS
SELECT CASE WHEN count(*) >= $min_peers THEN median(s.log_ratio) ELSE 0 END AS shift
FROM screened AS s
WHERE s.baseline >= $shrink;
