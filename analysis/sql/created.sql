-- Entities in the newer snapshot by day of creation, the last 28 days.
SELECT (c.created_at AT TIME ZONE 'UTC')::DATE AS day, count(*)
FROM change AS c
WHERE c.is_now AND c.created_at <= $now_at AND c.created_at > $now_at::TIMESTAMPTZ - INTERVAL 28 DAY
GROUP BY day
ORDER BY day;
