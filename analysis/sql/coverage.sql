-- The number of entities in the newer snapshot, the number with a known gain, and the sum of the positive gains.
-- reads: change
-- writes: -
-- parameters: -
SELECT count(*) FILTER (c.is_now) AS present, count(c.{gain}) AS compared,
       least(coalesce(sum(greatest(c.{gain}, 0)), 0), 9223372036854775807)::BIGINT AS total_gain
FROM {change} AS c;
