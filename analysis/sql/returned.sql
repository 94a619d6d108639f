-- Entities that an earlier snapshot showed, the one a week ago did not, and the newer one shows again.
-- reads: change
-- writes: -
-- parameters: before_at, rows
SELECT c.entity_key, count(*) OVER () AS considered, c.{shown}_now AS weight
FROM {change} AS c
WHERE c.status = 'appeared' AND c.first_seen < $before_at AND c.{shown}_now > 0
ORDER BY weight DESC, c.id, c.hub_id
LIMIT $rows;
