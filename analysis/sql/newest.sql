-- Labels of the entities created in the week, most frequent first.
-- reads: change, repo_attributes
-- writes: -
-- parameters: now_at, rows
SELECT coalesce(r.{attribute}, 'not stated') AS label, count(*) AS entities
FROM {change} AS c
JOIN repo_attributes AS r ON r.entity_key = c.entity_key
     AND r.valid_from <= $now_at AND (r.valid_to > $now_at OR r.valid_to IS NULL)
WHERE c.is_now AND c.created_at <= $now_at AND c.created_at > $now_at::TIMESTAMPTZ - INTERVAL 7 DAY
GROUP BY label
ORDER BY entities DESC, label
LIMIT $rows;
