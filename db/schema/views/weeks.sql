-- The weekly gains of a kind as a series.

-- Return the gains of a kind in its n newest weeks, the oldest first. Week 1 is the week that week_over_week compares.
-- Each other week ends a multiple of `days` earlier, at the newest snapshot up to half a day after that time. The gains
-- are sums over the entities that both snapshots of a week show. A gap without snapshots gives fewer weeks.
CREATE OR REPLACE MACRO weeks(kind, n, as_of := NULL, days := 7) AS TABLE
WITH newest AS MATERIALIZED (
    SELECT c.now_at FROM compared_snapshots(kind, as_of := as_of, days := days) AS c
), ends AS MATERIALIZED (
    SELECT r.week, CASE WHEN r.week = 1 THEN w.now_at
                        ELSE w.now_at - to_microseconds(CAST((r.week - 1) * days * 86400000000 AS BIGINT)) + INTERVAL 12 HOUR
                   END AS ends_at
    FROM range(1, CAST(n AS BIGINT) + 1) AS r(week), newest AS w
    WHERE w.now_at IS NOT NULL
), pairs AS MATERIALIZED (
    SELECT e.week, p.now_snapshot, p.now_at, p.before_snapshot, p.before_at, p.basis, p.span_days
    FROM ends AS e, LATERAL (FROM compared_snapshots(kind, as_of := e.ends_at, days := days)) AS p
    WHERE p.now_snapshot IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY p.now_snapshot ORDER BY e.week) = 1
), gains AS (
    SELECT p.week, count(*) FILTER (b.entity_key IS NOT NULL) AS compared, count(*) AS entities,
           sum(o.likes - b.likes) AS likes_gain, sum(o.downloads_all_time - b.downloads_all_time) AS downloads_gain,
           sum(o.upvotes - b.upvotes) AS upvotes_gain
    FROM pairs AS p
    JOIN plausible_observations AS o ON o.snapshot_id = p.now_snapshot
    LEFT JOIN plausible_observations AS b ON b.snapshot_id = p.before_snapshot AND b.entity_key = o.entity_key
    GROUP BY p.week
)
SELECT p.now_at AS week_end, coalesce(g.entities, 0) AS entities, coalesce(g.compared, 0) AS compared,
       bounded(g.likes_gain) AS likes_gain, bounded(g.downloads_gain) AS downloads_gain,
       bounded(g.upvotes_gain) AS upvotes_gain, p.basis, p.span_days, p.before_at AS week_start, p.now_snapshot,
       p.before_snapshot
FROM (SELECT 1 WHERE known_kind(kind) IS NOT NULL) JOIN pairs AS p ON true LEFT JOIN gains AS g ON g.week = p.week
ORDER BY p.now_at, p.week DESC;
