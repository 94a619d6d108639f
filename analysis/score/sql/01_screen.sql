-- This week beside the usual week of the four before it, for everything with two weeks of history whose counter did not
-- fall. A week in which the counter fell is a revision and no week.
CREATE OR REPLACE TEMP TABLE screened AS
WITH counted AS (
    SELECT c.entity_key, c.{gain} AS gain,
           -- where the counter stood still at an end of the week, its gain is of the days from one move to the other
           $span - CASE WHEN s0.{counter} = k1.{counter} + c.{gain} THEN ($still_days::DOUBLE[])[1] ELSE 0 END
                 + CASE WHEN s1.{counter} = k1.{counter} THEN ($still_days::DOUBLE[])[2] ELSE 0 END AS span,
           k1.{counter} AS c1, k2.{counter} AS c2, k3.{counter} AS c3,
           k4.{counter} AS c4, k5.{counter} AS c5
    FROM change AS c
    JOIN plausible_observations AS k1 ON k1.snapshot_id = $weeks[1] AND k1.entity_key = c.entity_key
    LEFT JOIN plausible_observations AS s0 ON s0.snapshot_id = ($still::INTEGER[])[1]
         AND s0.entity_key = c.entity_key AND s0.downloads >= 300
    LEFT JOIN plausible_observations AS s1 ON s1.snapshot_id = ($still::INTEGER[])[2]
         AND s1.entity_key = c.entity_key AND s1.downloads >= 300
    LEFT JOIN plausible_observations AS k2 ON k2.snapshot_id = $weeks[2] AND k2.entity_key = c.entity_key
    LEFT JOIN plausible_observations AS k3 ON k3.snapshot_id = $weeks[3] AND k3.entity_key = c.entity_key
    LEFT JOIN plausible_observations AS k4 ON k4.snapshot_id = $weeks[4] AND k4.entity_key = c.entity_key
    LEFT JOIN plausible_observations AS k5 ON k5.snapshot_id = $weeks[5] AND k5.entity_key = c.entity_key
    WHERE c.{gain} >= 0 AND (c.age_days >= $young_days OR c.age_days IS NULL)
), weeks AS (
    -- two in three entities on the Hub stand still for months, and a list for each of them would take half of the time
    SELECT k.entity_key, k.gain / k.span * 7 AS this,
           CASE WHEN k.c1 = k.c2 AND k.c2 = k.c3 AND k.c3 = k.c4 AND k.c4 = k.c5 THEN 0
                ELSE list_median(list_filter([
                    (k.c1 - k.c2) / $spans[1] * 7, (k.c2 - k.c3) / $spans[2] * 7,
                    (k.c3 - k.c4) / $spans[3] * 7, (k.c4 - k.c5) / $spans[4] * 7
                ], lambda gain: gain >= 0)) END AS usual
    FROM counted AS k
)
SELECT w.entity_key, w.this, w.usual, ln((w.this + $shrink) / (w.usual + $shrink)) AS ratio
FROM weeks AS w
WHERE w.usual IS NOT NULL;

-- The move of the whole Hub: the middle one of those that are large enough to show it; few of them are not the Hub.
CREATE OR REPLACE TEMP TABLE hub_week AS
SELECT CASE WHEN count(*) >= $enough THEN median(s.ratio) ELSE 0 END AS moved
FROM screened AS s
WHERE s.usual >= $shrink;

-- Who is looked at day by day: those that moved most against the Hub, and a fair sample of the active ones, which says
-- what is usual.
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
       CASE WHEN m.excess >= ln($least_move) AND m.from_top <= $most THEN 1
            WHEN m.excess <= -ln($least_move) AND m.from_bottom <= $most THEN -1 ELSE 0 END AS direction,
       a.number IS NOT NULL AND a.number % (a.many // $sample + 1) = 0 AS sampled
FROM moved AS m
LEFT JOIN active AS a ON a.entity_key = m.entity_key
WHERE direction <> 0 OR sampled;
