-- The snapshots that the score reads, oldest first.
CREATE OR REPLACE TEMP TABLE panel AS
SELECT unnest($snapshots::INTEGER[]) AS snapshot_id, generate_subscripts($snapshots::INTEGER[], 1) AS place,
       unnest($times::TIMESTAMPTZ[]) AS observed_at;

-- One row for each interval between two sightings of an entity: its increment a day, as a shrunk logarithm.
-- A counter that stands still although the entity has ten or more a day was not refreshed: the interval goes on.
-- An interval in which the counter fell, or came back over where it had been, is a revision and left out.
CREATE OR REPLACE TEMP TABLE daily AS
WITH seen AS (
    SELECT o.entity_key, p.place, p.observed_at, o.{counter} AS counter,
           lag(o.{counter}) OVER (PARTITION BY o.entity_key ORDER BY p.place) AS last_seen, e.usual
    FROM plausible_observations AS o
    JOIN panel AS p ON p.snapshot_id = o.snapshot_id
    JOIN examined AS e ON e.entity_key = o.entity_key
    WHERE o.{counter} IS NOT NULL
), fresh AS (
    SELECT s.entity_key, s.place, s.observed_at, s.counter
    FROM seen AS s
    WHERE s.last_seen IS NULL OR s.counter <> s.last_seen OR s.usual < 70 OR NOT $refreshed
), stepped AS (
    SELECT f.*, lag(f.counter) OVER so_far AS before, lag(f.observed_at) OVER so_far AS since,
           max(f.counter) OVER (PARTITION BY f.entity_key ORDER BY f.place ROWS UNBOUNDED PRECEDING EXCLUDE CURRENT ROW)
               AS highest
    FROM fresh AS f
    WINDOW so_far AS (PARTITION BY f.entity_key ORDER BY f.place)
)
SELECT s.entity_key, s.place, s.since, s.observed_at, s.counter - s.before AS gain,
       epoch(s.observed_at - s.since) / 86400 AS days,
       ln((s.counter - s.before) / (epoch(s.observed_at - s.since) / 86400) + $day_shrink) AS height
FROM stepped AS s
WHERE s.counter >= s.before AND NOT (s.before < s.highest AND s.counter >= s.highest);

-- The Hub's own day: weekdays, skipped refreshes and revisions move everybody, so its middle is taken off.
CREATE OR REPLACE TEMP TABLE hub_day AS
SELECT d.place, CASE WHEN count(*) >= $enough THEN median(d.height) ELSE 0 END AS height
FROM daily AS d JOIN examined AS e ON e.entity_key = d.entity_key
WHERE e.sampled AND e.usual >= $shrink
GROUP BY d.place;
