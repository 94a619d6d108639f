-- Every pick belongs to an existing list that is not withheld.
SELECT DISTINCT p.report_at::VARCHAR || ' ' || p.kind || ' ' || p.metric || ' ' || p.list AS broken
FROM picks AS p
ANTI JOIN lists AS l ON l.report_at = p.report_at AND l.kind = p.kind AND l.metric = p.metric AND l.list = p.list
     AND l.withheld IS NULL
