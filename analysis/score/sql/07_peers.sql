-- Spread and drift statistic of the entities of a level class, or of all entities if the class is too small. An entity
-- has too few weeks for a spread of its own. With weekly snapshots ($across) the spread is that of this week's changes
-- across the class.
-- reads: past, interquartile_mean
-- writes: peers
-- parameters: across, min_peers
CREATE OR REPLACE TEMP TABLE peers AS
WITH sample AS (
    SELECT p.class,
           CASE WHEN $across THEN 1.4826 * abs(interquartile_mean(p.week) - p.past_mean) ELSE p.spread END AS spread,
           1.4826 * abs(p.drift_statistic) AS drift_statistic
    FROM past AS p
    WHERE p.sampled
), everybody AS (
    SELECT median(s.spread) AS spread, median(s.drift_statistic) AS drift_statistic FROM sample AS s
), alike AS (
    SELECT s.class, count(*) AS entities, median(s.spread) AS spread, median(s.drift_statistic) AS drift_statistic
    FROM sample AS s
    GROUP BY s.class
), classes AS (
    SELECT DISTINCT p.class FROM past AS p
)
SELECT c.class, CASE WHEN a.entities >= $min_peers THEN a.spread ELSE e.spread END AS spread,
       CASE WHEN a.entities >= $min_peers THEN a.drift_statistic ELSE e.drift_statistic END AS drift_statistic
FROM classes AS c LEFT JOIN alike AS a ON a.class = c.class, everybody AS e;
