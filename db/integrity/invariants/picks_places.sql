-- A list has each place once, from 1 on; the place of a forgotten entity is empty.
SELECT report_at::VARCHAR || ' ' || kind || ' ' || metric || ' ' || list AS broken
FROM picks
GROUP BY report_at, kind, metric, list
HAVING min(place) < 1 OR count(DISTINCT place) <> count(*)
