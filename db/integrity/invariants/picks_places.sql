-- The places of a list are unique and start at 1; forgotten entities leave gaps.
SELECT report_at::VARCHAR || ' ' || kind || ' ' || metric || ' ' || list AS broken
FROM picks
GROUP BY report_at, kind, metric, list
HAVING min(place) < 1 OR count(DISTINCT place) <> count(*)
