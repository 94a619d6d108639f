-- The entities with the largest gains in percent of their level.
-- reads: change
-- writes: -
-- parameters: rows
SELECT c.entity_key, count(*) OVER () AS considered, c.{gain} / c.{shown}_before AS weight
FROM {change} AS c
WHERE c.{gain} > 0 AND c.{shown}_before > 0
ORDER BY weight DESC, c.{shown}_now DESC, c.id, c.hub_id
LIMIT $rows;
