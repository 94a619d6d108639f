-- The entities with the largest gains, with or without a history. A counter that fell is a revision, not a gain.
-- reads: change
-- writes: -
-- parameters: rows
SELECT c.entity_key, count(*) OVER () AS considered, c.{gain} AS weight
FROM {change} AS c
WHERE c.{gain} > 0
ORDER BY weight DESC, c.{shown}_now DESC NULLS LAST, c.id, c.hub_id
LIMIT $rows;
