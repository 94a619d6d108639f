-- What the days of few counts say. A day of 0, 1 or 2 has no logarithm worth the name: it is taken as the count that it
-- is, which scatters as the negative binomial distribution does: its variance is mean + clumps * mean^2.

-- What the Hub's own day brings of the usual one, where no entity says more than four; a tenth at the least, for a day
-- that nothing came on.
CREATE OR REPLACE TEMP TABLE hub_pull AS
SELECT d.place, greatest(avg(least(d.gain / d.days / (e.usual / 7), 4)::DECIMAL(9, 6)), 0.1) AS pull
FROM daily AS d JOIN examined AS e ON e.entity_key = d.entity_key
WHERE e.sampled AND e.usual >= $shrink
GROUP BY d.place
HAVING count(*) >= $enough;

CREATE OR REPLACE TEMP MACRO gain_of(days) AS list_sum(list_transform(days, lambda day: day.gain));
CREATE OR REPLACE TEMP MACRO span_of(days) AS list_sum(list_transform(days, lambda day: day.span));

-- What is due on a usual day, from a past in which no day says more than four usual ones and three. Two weeks of $shrink
-- are added: with one, an entity of next to nothing that has two a day stood before one that went from six to fourteen.
-- And how far the last week lay off the weeks before, a usual day added to both; chance alone brings by_chance, squared.
CREATE OR REPLACE TEMP TABLE counted AS
WITH gathered AS (
    SELECT d.entity_key,
           list(struct_pack(gain := least(d.gain, 3 + 4 * m.rate * d.days), span := d.days * coalesce(h.pull, 1))
                ORDER BY d.place) FILTER (d.observed_at <= $before_at) AS past,
           list(struct_pack(gain := d.gain, span := d.days * coalesce(h.pull, 1))
                ORDER BY d.place) FILTER (d.observed_at > $before_at) AS week
    FROM daily AS d
    JOIN measured AS m ON m.entity_key = d.entity_key
    LEFT JOIN hub_pull AS h ON h.place = d.place
    GROUP BY d.entity_key
), levelled AS (
    SELECT g.*, (gain_of(g.past) + 2 * $shrink) / span_of(g.past) AS due
    FROM gathered AS g
)
SELECT l.entity_key, l.week, l.due, floor(2 * ln(l.due))::INTEGER AS class, m.direction, m.sampled, len(l.past) AS days,
       list_sum(list_transform(l.past, lambda day: (day.gain - l.due * day.span) ** 2 - l.due * day.span))
           / list_sum(list_transform(l.past, lambda day: (l.due * day.span) ** 2)) AS clumped,
       ln((gain_of(l.past[-len(m.late):]) + l.due) / (span_of(l.past[-len(m.late):]) + 1)
          / (gain_of(l.past[:len(m.early)]) + l.due) * (span_of(l.past[:len(m.early)]) + 1)) AS wandered,
       (1 / l.due + greatest(clumped, $least_clumps)) * (1 / len(m.late) + 1 / len(m.early)) AS by_chance
FROM levelled AS l JOIN measured AS m ON m.entity_key = l.entity_key;

-- The clumps of an entity are drawn to those of like entities. Its level drifts as theirs did, less what counting makes of
-- standing still.
CREATE OR REPLACE TEMP TABLE told AS
WITH classes AS (
    SELECT c.class, count(*) AS entities, median(c.clumped) AS clumped,
           greatest((1.4826 * median(abs(c.wandered))) ** 2 - median(c.by_chance), 0) AS drifted
    FROM counted AS c
    WHERE c.sampled
    GROUP BY GROUPING SETS ((c.class), ())
), clumpy AS (
    SELECT c.*, coalesce(a.drifted, e.drifted, 0) AS drifted,
           greatest((c.days * c.clumped + $peers_weigh * coalesce(a.clumped, e.clumped, 0)) / (c.days + $peers_weigh),
                    $least_clumps) AS clumps
    FROM counted AS c
    JOIN classes AS e ON e.class IS NULL
    LEFT JOIN classes AS a ON a.class = c.class AND a.entities >= $enough
    WHERE c.direction <> 0
)
SELECT c.entity_key, sqrt(c.drifted + (1 / c.due + c.clumps) / c.days) AS sway,
       list_transform(c.week, lambda day: struct_pack(
           up := c.direction * day.gain, direction := c.direction, weight := day.gain + 1 / c.clumps,
           due := c.clumps * c.due * day.span,
           best := day.gain * ln(greatest(day.gain, 1) / (c.due * day.span))
                   - (day.gain + 1 / c.clumps) * ln(1 + c.clumps * day.gain))) AS days_seen
FROM clumpy AS c;

-- How far a day lies off a level that is exp(lift) of the usual, squared: the deviance, from what no lift changes.
CREATE OR REPLACE TEMP MACRO off_squared(day, lift) AS
    2 * (day.best - day.up * lift + day.weight * ln(1 + day.due * exp(day.direction * lift)));
