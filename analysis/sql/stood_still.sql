-- Chosen busy entities whose counter did not move for a day or longer in or around the week: days still, days seen,
-- last still day. Only snapshots that are not stale count, so most other counters moved.
-- reads: plausible_observations, snapshots
-- writes: -
-- parameters: kind, keys, before_at, now_at
WITH seen AS (
    SELECT o.entity_key, s.origin, s.observed_at, s.stale, o.downloads, o.{counter} AS counter
    FROM plausible_observations AS o
    JOIN snapshots AS s ON s.snapshot_id = o.snapshot_id
    WHERE s.kind = $kind AND s.complete AND o.{counter} IS NOT NULL AND o.entity_key IN (SELECT unnest($keys::INTEGER[]))
      AND s.observed_at <= $now_at AND s.observed_at > $before_at::TIMESTAMPTZ - INTERVAL 3 DAY
), judged AS (
    SELECT n.entity_key, n.observed_at, n.counter = b.counter AS stands
    FROM seen AS n
    ASOF JOIN seen AS b
    ON b.entity_key = n.entity_key AND b.origin = n.origin AND b.observed_at <= n.observed_at - INTERVAL 20 HOUR
    WHERE n.observed_at >= $before_at AND n.downloads >= 300 AND NOT n.stale
)
SELECT j.entity_key, count(DISTINCT j.observed_at::DATE) FILTER (j.stands), count(DISTINCT j.observed_at::DATE),
       max(j.observed_at) FILTER (j.stands)
FROM judged AS j
GROUP BY j.entity_key
HAVING any_value(j.stands) FILTER (j.stands);
