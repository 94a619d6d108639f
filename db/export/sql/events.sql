-- All events; Hub-wide events have no entity.
SELECT v.event, e.hub_id, v.id, v.observed_at, v.before, v.after, v.evidence
FROM events AS v
LEFT JOIN entities AS e ON e.entity_key = v.entity_key
WHERE v.kind = '{kind}'
ORDER BY v.observed_at, v.event, e.hub_id, v.before, v.after, v.evidence
