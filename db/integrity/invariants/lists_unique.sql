-- Every report has each list once.
SELECT report_at::VARCHAR || ' ' || kind || ' ' || metric || ' ' || list AS broken
FROM lists
GROUP BY report_at, kind, metric, list
HAVING count(*) > 1
