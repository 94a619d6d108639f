-- Why items of the Hub did not fit, in the snapshots used.
SELECT r.kind, r.reason, count(*) AS items
FROM rejects AS r
WHERE r.snapshot_id IN (SELECT unnest($snapshots::INTEGER[]))
GROUP BY r.kind, r.reason
ORDER BY r.kind, items DESC, r.reason;
