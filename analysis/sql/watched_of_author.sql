-- The entities of an author at the newer snapshot, the largest gain first.
-- reads: change, repo_attributes
-- writes: -
-- parameters: author, now_at, rows
SELECT c.entity_key
FROM {change} AS c
JOIN repo_attributes AS r ON r.entity_key = c.entity_key
     AND r.valid_from <= $now_at AND (r.valid_to > $now_at OR r.valid_to IS NULL)
WHERE r.author = $author
ORDER BY c.{gain} DESC NULLS LAST, c.{shown}_now DESC NULLS LAST, c.id, c.hub_id
LIMIT $rows;
