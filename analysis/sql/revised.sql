-- Chosen entities whose counter fell somewhere in the week, with what it fell from and to.
SELECT e.entity_key, max_by(e.before, e.snapshot_id), max_by(e.after, e.snapshot_id)
FROM events AS e
WHERE e.event = 'revised' AND e.observed_at > $before_at AND e.observed_at <= $now_at
  AND e.entity_key IN (SELECT unnest($keys::INTEGER[]))
GROUP BY e.entity_key;
