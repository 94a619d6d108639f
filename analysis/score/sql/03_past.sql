-- The middle of some days: the mean of their middle half. A few likes a day have so few values that their median jumps.
CREATE OR REPLACE TEMP MACRO middle(days) AS
    list_avg(list_sort(days)[1 + (len(days) + 1) // 4:len(days) - (len(days) + 1) // 4]);

-- An entity's own past: its middle day, the spread of its days, and how its last week lay against the weeks before.
CREATE OR REPLACE TEMP TABLE past AS
WITH centred AS (
    SELECT d.*, d.height - coalesce(h.height, 0) AS level
    FROM daily AS d LEFT JOIN hub_day AS h ON h.place = d.place
), gathered AS (
    SELECT c.entity_key,
           list(c.level ORDER BY c.place) FILTER (c.observed_at <= $before_at) AS days,
           list(c.level ORDER BY c.place) FILTER (c.observed_at <= $before_at AND c.observed_at > $late_at) AS late,
           list(c.level ORDER BY c.place) FILTER (c.observed_at <= $late_at) AS early,
           list(c.level ORDER BY c.place) FILTER (c.observed_at > $before_at) AS week,
           list(c.since ORDER BY c.place) FILTER (c.observed_at > $before_at) AS starts,
           list(c.days ORDER BY c.place) FILTER (c.observed_at > $before_at) AS lengths,
           sum(c.gain) FILTER (c.observed_at <= $before_at) AS gained,
           sum(epoch_ms(c.observed_at) - epoch_ms(c.since)) FILTER (c.observed_at <= $before_at) / 86400000 AS span
    FROM centred AS c
    GROUP BY c.entity_key
), middled AS (
    SELECT g.*, middle(g.days) AS middle, middle(g.late) - middle(g.early) AS wandered
    FROM gathered AS g
    WHERE len(g.days) >= $least_past AND len(g.week) >= $least_week
)
SELECT m.*, e.this, e.usual, e.direction, e.sampled, floor(2 * m.middle)::INTEGER AS class,
       1.4826 * list_median(list_transform(m.days, lambda day: abs(day - m.middle))) AS spread,
       greatest(m.gained, 1) / m.span AS rate
FROM middled AS m JOIN examined AS e ON e.entity_key = m.entity_key;

-- What is usual for entities of like level; where a level has too few of them, for all. Weeks are too few for a spread of
-- their own: there the spread is that of this week's changes across the level.
CREATE OR REPLACE TEMP TABLE peers AS
WITH sample AS (
    SELECT p.class, CASE WHEN $across THEN 1.4826 * abs(middle(p.week) - p.middle) ELSE p.spread END AS spread,
           1.4826 * abs(p.wandered) AS wandered
    FROM past AS p
    WHERE p.sampled
), everybody AS (
    SELECT median(s.spread) AS spread, median(s.wandered) AS wandered FROM sample AS s
), alike AS (
    SELECT s.class, count(*) AS entities, median(s.spread) AS spread, median(s.wandered) AS wandered
    FROM sample AS s
    GROUP BY s.class
), classes AS (
    SELECT DISTINCT p.class FROM past AS p
)
SELECT c.class, CASE WHEN a.entities >= $enough THEN a.spread ELSE e.spread END AS spread,
       CASE WHEN a.entities >= $enough THEN a.wandered ELSE e.wandered END AS wandered
FROM classes AS c LEFT JOIN alike AS a ON a.class = c.class, everybody AS e;

-- The noise of one day: its own spread drawn towards that of its peers, never below what counting alone brings. Where
-- next to nothing is counted it is that of the shrinking constant, which a rise must pass.
-- The drift of its level over some weeks: what peers wandered, less what noise makes of standing still.
CREATE OR REPLACE TEMP TABLE measured AS
WITH scaled AS (
    SELECT p.*, q.wandered AS peers_wandered,
           greatest(sqrt((len(p.days) * p.spread * p.spread + $peers_weigh * coalesce(q.spread * q.spread, 0))
                         / (len(p.days) + $peers_weigh) + 0.0004),
                    sqrt(greatest(p.rate, $day_shrink) / $step) / (greatest(p.rate, $day_shrink) + $day_shrink)) AS noise
    FROM past AS p LEFT JOIN peers AS q ON q.class = p.class
)
SELECT s.*,
       sqrt(greatest(coalesce(s.peers_wandered * s.peers_wandered, 0)
                     - $middle_costs * s.noise * s.noise * (1 / greatest(coalesce(len(s.late), 0), 1)
                                                   + 1 / greatest(coalesce(len(s.early), 0), 1)), 0)
            + $middle_costs * s.noise * s.noise / len(s.days)) AS drift
FROM scaled AS s;
