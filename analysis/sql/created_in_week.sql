-- How many entities in the newer snapshot were created in the seven days before it.
SELECT count(*)
FROM change AS c
WHERE c.is_now AND c.created_at <= $now_at AND c.created_at > $now_at::TIMESTAMPTZ - INTERVAL 7 DAY;
