-- The lists of all reports, with the times that they compare.
SELECT l.* EXCLUDE (kind, now_snapshot, before_snapshot)
FROM lists AS l
WHERE l.kind = '{kind}'
ORDER BY l.report_at, l.metric, l.list
