-- Those of chosen entities that were gone from the Hub by a moment: the newest that is told of them is that they were
-- removed.
SELECT v.entity_key, max(v.observed_at)
FROM events AS v
WHERE v.event IN ('removed', 'returned') AND v.observed_at <= $as_of
  AND v.entity_key IN (SELECT unnest($keys::INTEGER[]))
GROUP BY v.entity_key
HAVING max_by(v.event, v.observed_at) = 'removed'
ORDER BY v.entity_key;
