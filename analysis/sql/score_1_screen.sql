-- This week beside the usual week of the four before it, for everything with two weeks of history whose counter did not
-- fall. A week in which the counter fell is a revision and no week.
CREATE OR REPLACE TEMP TABLE screened AS
WITH weekly AS (
    SELECT unnest($weeks::INTEGER[]) AS snapshot_id, generate_subscripts($weeks::INTEGER[], 1) AS week
), counted AS (
    SELECT o.entity_key,
           max(o.{counter}) FILTER (w.week = 1) AS c1, max(o.{counter}) FILTER (w.week = 2) AS c2,
           max(o.{counter}) FILTER (w.week = 3) AS c3, max(o.{counter}) FILTER (w.week = 4) AS c4,
           max(o.{counter}) FILTER (w.week = 5) AS c5
    FROM observations AS o JOIN weekly AS w ON w.snapshot_id = o.snapshot_id
    GROUP BY o.entity_key
), weeks AS (
    SELECT c.entity_key, c.{gain} / $span * 7 AS this,
           list_median(list_filter([
               (k.c1 - k.c2) / $spans[1] * 7, (k.c2 - k.c3) / $spans[2] * 7,
               (k.c3 - k.c4) / $spans[3] * 7, (k.c4 - k.c5) / $spans[4] * 7
           ], lambda gain: gain >= 0)) AS usual
    FROM change AS c JOIN counted AS k ON k.entity_key = c.entity_key
    WHERE c.{gain} >= 0 AND (c.age_days >= $young_days OR c.age_days IS NULL)
)
SELECT w.entity_key, w.this, w.usual, ln((w.this + $shrink) / (w.usual + $shrink)) AS ratio
FROM weeks AS w
WHERE w.usual IS NOT NULL;

-- The move of the whole Hub: the middle one of those that are large enough to show it.
CREATE OR REPLACE TEMP TABLE hub_week AS
SELECT coalesce(median(s.ratio), 0) AS moved, count(*) AS things
FROM screened AS s
WHERE s.usual >= $shrink;

-- Who is looked at day by day: those that moved most against the Hub, and a fair sample of the active ones, which says
-- what is usual. A shift by 1.5 that began two days ago lifts a week by 1.14.
CREATE OR REPLACE TEMP TABLE examined AS
WITH active AS (
    SELECT s.entity_key, row_number() OVER (ORDER BY s.entity_key) AS number, count(*) OVER () AS many
    FROM screened AS s
    WHERE s.usual >= $shrink / 7
), moved AS (
    SELECT s.*, s.ratio - h.moved AS excess,
           row_number() OVER (ORDER BY s.ratio DESC, s.entity_key) AS from_top,
           row_number() OVER (ORDER BY s.ratio, s.entity_key) AS from_bottom
    FROM screened AS s, hub_week AS h
)
SELECT m.entity_key, m.this, m.usual,
       CASE WHEN m.excess >= ln(1.1) AND m.from_top <= $most THEN 1
            WHEN m.excess <= -ln(1.1) AND m.from_bottom <= $most THEN -1 ELSE 0 END AS direction,
       a.number IS NOT NULL AND a.number % (a.many // $sample + 1) = 0 AS sampled
FROM moved AS m
LEFT JOIN active AS a ON a.entity_key = m.entity_key
WHERE direction <> 0 OR sampled;
