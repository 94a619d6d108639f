-- The places of a list are 1, 2, 3 and so on.
SELECT report_at::VARCHAR || ' ' || kind || ' ' || metric || ' ' || list AS broken
FROM picks
GROUP BY report_at, kind, metric, list
HAVING min(place) <> 1 OR max(place) <> count(*) OR count(DISTINCT place) <> count(*)
