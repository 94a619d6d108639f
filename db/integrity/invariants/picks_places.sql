-- The flat places of a list are unique and start at 1, and so do the places of its families; forgotten entities leave gaps.
SELECT report_at::VARCHAR || ' ' || kind || ' ' || metric || ' ' || list AS broken
FROM picks
GROUP BY report_at, kind, metric, list
HAVING min(place) < 1 OR min(flat_place) < 1 OR count(DISTINCT flat_place) <> count(*)
