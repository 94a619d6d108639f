-- Chosen entities that were gone from the Hub by $as_of: their newest event is a removal.
-- reads: events
-- writes: -
-- parameters: as_of, keys
SELECT v.entity_key, max(v.observed_at)
FROM events AS v
WHERE v.event IN ('removed', 'returned') AND v.observed_at <= $as_of
  AND v.entity_key IN (SELECT unnest($keys::INTEGER[]))
GROUP BY v.entity_key
HAVING max_by(v.event, v.observed_at) = 'removed'
ORDER BY v.entity_key;
