-- One row per interval between two sightings of an examined entity: its increment per day, as a shrunk logarithm.
-- If the counter of an entity with ten or more a day does not move, the Hub did not update it: the interval goes on.
-- Intervals in which the counter fell, or recovered from a fall, are revisions and left out.
-- reads: plausible_observations, examined
-- writes: daily
-- parameters: snapshots, times, refreshed, day_shrink
CREATE OR REPLACE TEMP TABLE daily AS
WITH panel AS (
    SELECT unnest($snapshots::INTEGER[]) AS snapshot_id, generate_subscripts($snapshots::INTEGER[], 1) AS place,
           unnest($times::TIMESTAMPTZ[]) AS observed_at
), seen AS (
    SELECT o.entity_key, p.place, p.observed_at, o.{counter} AS counter,
           lag(o.{counter}) OVER (PARTITION BY o.entity_key ORDER BY p.place) AS last_seen, e.baseline
    FROM plausible_observations AS o
    JOIN panel AS p ON p.snapshot_id = o.snapshot_id
    JOIN examined AS e ON e.entity_key = o.entity_key
    WHERE o.{counter} IS NOT NULL
), fresh AS (
    SELECT s.entity_key, s.place, s.observed_at, s.counter
    FROM seen AS s
    WHERE s.last_seen IS NULL OR s.counter <> s.last_seen OR s.baseline < 70 OR NOT $refreshed
), stepped AS (
    SELECT f.*, lag(f.counter) OVER so_far AS before, lag(f.observed_at) OVER so_far AS since,
           max(f.counter) OVER (PARTITION BY f.entity_key ORDER BY f.place ROWS UNBOUNDED PRECEDING EXCLUDE CURRENT ROW)
               AS highest
    FROM fresh AS f
    WINDOW so_far AS (PARTITION BY f.entity_key ORDER BY f.place)
)
SELECT s.entity_key, s.place, s.since, s.observed_at, s.counter - s.before AS gain,
       epoch(s.observed_at - s.since) / 86400 AS days,
       ln((s.counter - s.before) / (epoch(s.observed_at - s.since) / 86400) + $day_shrink) AS log_rate
FROM stepped AS s
WHERE s.counter >= s.before AND NOT (s.before < s.highest AND s.counter >= s.highest);
