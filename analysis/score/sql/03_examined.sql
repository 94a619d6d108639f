-- The entities that are examined day by day: the largest moves relative to the Hub, up (1) or down (-1), and a
-- systematic sample of active entities, which gives the peers' values.
-- reads: screened, hub_week
-- writes: examined
-- parameters: shrink, min_lift, max_examined, sample
CREATE OR REPLACE TEMP TABLE examined AS
WITH active AS (
    SELECT s.entity_key, row_number() OVER (ORDER BY s.entity_key) AS number, count(*) OVER () AS total
    FROM screened AS s
    WHERE s.baseline >= $shrink / 7
), moved AS (
    SELECT s.*, s.log_ratio - h.shift AS excess,
           row_number() OVER (ORDER BY s.log_ratio DESC, s.entity_key) AS from_top,
           row_number() OVER (ORDER BY s.log_ratio, s.entity_key) AS from_bottom
    FROM screened AS s, hub_week AS h
)
SELECT m.entity_key, m.this_week, m.baseline,
       CASE WHEN m.excess >= ln($min_lift) AND m.from_top <= $max_examined THEN 1
            WHEN m.excess <= -ln($min_lift) AND m.from_bottom <= $max_examined THEN -1 ELSE 0 END AS direction,
       a.number IS NOT NULL AND a.number % (a.total // $sample + 1) = 0 AS sampled
FROM moved AS m
LEFT JOIN active AS a ON a.entity_key = m.entity_key
WHERE direction <> 0 OR sampled;
