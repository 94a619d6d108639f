-- The comparison of two snapshots, and the rules that choose them.

-- Read a moment given as text, date or time. Without a time zone it is UTC, also in a session with another zone; NULL is now.
CREATE OR REPLACE MACRO moment_of(word) AS
    coalesce(CASE WHEN regexp_matches(CAST(word AS VARCHAR), ':[0-9.]+ *[A-Za-z+-]') THEN CAST(word AS TIMESTAMPTZ)
                  ELSE CAST(word AS TIMESTAMP) AT TIME ZONE 'UTC' END, now());

-- Grade a pair of snapshots by its real span against the requested number of days. DOUBLE holds any number of days
-- times 9.
CREATE OR REPLACE MACRO basis_of(span_days, days) AS
    CASE WHEN abs(span_days - days) <= 0.5 THEN 'exact'
         WHEN span_days BETWEEN days::DOUBLE * 5 / 7 AND days::DOUBLE * 9 / 7 THEN 'near'
         WHEN span_days BETWEEN days::DOUBLE * 2 / 7 AND days::DOUBLE * 2 THEN 'partial' END;

-- Return how much newer another snapshot must be to be preferred to this one: full ones cover more, own ones are more
-- reliable.
CREATE OR REPLACE MACRO head_start(scope, origin) AS
    CASE scope WHEN 'full' THEN INTERVAL 36 HOUR ELSE INTERVAL 0 HOUR END
    + CASE origin WHEN 'crawl' THEN INTERVAL 72 HOUR ELSE INTERVAL 0 HOUR END;

-- The two snapshots of a kind that are compared at a moment: one row, with NULLs if a snapshot does not exist.
-- now: the newest complete snapshot that is not stale. A full snapshot wins over a head snapshot less than 36 hours newer,
-- an own snapshot over an imported one less than 72 hours newer.
-- before: the snapshot nearest to `days` earlier; one of the same origin is preferred within any basis, then one of the
-- same scope within 5 to 9 days of 7. Origin comes first because all times of an archive may be off by the same amount.
CREATE OR REPLACE MACRO compared_snapshots(kind, as_of := NULL, days := 7) AS TABLE
WITH usable AS (
    SELECT s.snapshot_id, s.scope, s.origin, s.observed_at, s.doubtful, s.depths
    FROM snapshots AS s
    WHERE s.kind = known_kind(kind) AND s.complete AND s.stale IS NOT TRUE
      AND s.observed_at <= moment_of(as_of)
), latest AS (
    SELECT u.*
    FROM usable AS u
    ORDER BY u.observed_at + head_start(u.scope, u.origin) DESC, u.observed_at DESC, u.snapshot_id DESC
    LIMIT 1
), earlier AS (
    SELECT u.*, u.scope = l.scope AS same_scope, u.origin = l.origin AS same_origin,
           (epoch_us(l.observed_at) - epoch_us(u.observed_at)) / 86400e6 AS span_days
    FROM usable AS u, latest AS l
    WHERE u.observed_at < l.observed_at
), nearest AS (
    SELECT e.*, basis_of(e.span_days, days) AS basis
    FROM earlier AS e
    WHERE basis_of(e.span_days, days) IS NOT NULL
    ORDER BY NOT e.same_origin, basis_of(e.span_days, days) = 'partial', NOT e.same_scope, abs(e.span_days - days),
             e.observed_at DESC, e.snapshot_id DESC
    LIMIT 1
)
SELECT known_kind(kind) AS kind,
       l.snapshot_id AS now_snapshot, l.observed_at AS now_at, l.scope AS now_scope,
       n.snapshot_id AS before_snapshot, n.observed_at AS before_at, n.scope AS before_scope,
       coalesce(n.basis, 'none') AS basis, round(n.span_days, 4) AS span_days,
       l.origin AS now_origin, n.origin AS before_origin, l.doubtful AS now_doubtful, n.doubtful AS before_doubtful,
       l.depths AS now_depths, n.depths AS before_depths
FROM (SELECT 1 WHERE known_kind(kind) IS NOT NULL) LEFT JOIN latest AS l ON true LEFT JOIN nearest AS n ON true;

-- The definition of a change: one row for every entity of the kind in either of the two compared snapshots.
-- If the depths of their lists differ, an entity in only one snapshot counts as appeared or left only within the depth
-- that both reach. Below that depth the other snapshot could not have shown it.
CREATE OR REPLACE MACRO week_over_week(kind, as_of := NULL, days := 7) AS TABLE
WITH pair AS (
    SELECT c.*, least(now_depths.trending, before_depths.trending) AS trending_depth,
           least(now_depths.downloads, before_depths.downloads) AS downloads_depth,
           least(now_depths.likes, before_depths.likes) AS likes_depth,
           least(now_depths.days, before_depths.days) AS days_depth,
           now_depths IS NOT NULL AND before_depths IS NOT NULL AND now_depths IS DISTINCT FROM before_depths AS uneven
    FROM compared_snapshots(kind, as_of := as_of, days := days) AS c
), ends AS (
    -- the counters at which lists of the smaller depth end
    SELECT o.snapshot_id, list_min(max(o.downloads, greatest(coalesce(p.downloads_depth, 1), 1))) AS downloads,
           list_min(max(o.likes, greatest(coalesce(p.likes_depth, 1), 1))) AS likes
    FROM plausible_observations AS o
    JOIN (
        SELECT unnest([now_snapshot, before_snapshot]) AS snapshot_id, downloads_depth, likes_depth
        FROM pair WHERE uneven
    ) AS p ON p.snapshot_id = o.snapshot_id
    GROUP BY o.snapshot_id
), sides AS (
    SELECT coalesce(n.entity_key, b.entity_key) AS entity_key,
           n.entity_key IS NOT NULL AS is_now, b.entity_key IS NOT NULL AS was_before,
           b.likes AS likes_before, n.likes AS likes_now,
           b.downloads AS downloads_before, n.downloads AS downloads_now,
           n.downloads_all_time - b.downloads_all_time AS downloads_gain,
           b.upvotes AS upvotes_before, n.upvotes AS upvotes_now,
           b.rank AS rank_before, n.rank AS rank_now
    FROM (SELECT * FROM plausible_observations AS o WHERE o.snapshot_id = (SELECT now_snapshot FROM pair)) AS n
    FULL JOIN (SELECT * FROM plausible_observations AS o WHERE o.snapshot_id = (SELECT before_snapshot FROM pair)) AS b
    ON n.entity_key = b.entity_key
)
SELECT coalesce(f.id, e.id) AS id, e.hub_id, p.basis, p.span_days,
       s.likes_before, s.likes_now, s.likes_now - s.likes_before AS likes_gain,
       s.downloads_before, s.downloads_now, s.downloads_gain,
       s.upvotes_before, s.upvotes_now, s.upvotes_now - s.upvotes_before AS upvotes_gain,
       s.rank_before, s.rank_now,
       CASE WHEN p.before_snapshot IS NULL OR (s.is_now AND s.was_before) THEN 'listed'
            WHEN NOT p.uneven
              OR p.trending_depth IS NULL OR coalesce(s.rank_now, s.rank_before) <= p.trending_depth
              OR p.downloads_depth IS NULL
              OR (p.downloads_depth > 0 AND coalesce(s.downloads_now, s.downloads_before) >= l.downloads)
              OR p.likes_depth IS NULL OR (p.likes_depth > 0 AND coalesce(s.likes_now, s.likes_before) >= l.likes)
              OR p.days_depth IS NULL
              OR e.created_at > CASE WHEN s.is_now THEN p.now_at ELSE p.before_at END - to_days(p.days_depth)
            THEN CASE WHEN s.is_now THEN 'appeared' ELSE 'left' END
            WHEN s.is_now THEN 'below before' ELSE 'below now' END AS status,
       list_filter([CASE WHEN s.downloads_gain < 0 THEN 'revised' END,
                    CASE WHEN s.downloads_gain = 0 AND least(s.downloads_before, s.downloads_now) >= 300
                          AND p.span_days * 24 >= 20 THEN 'stood still' END,
                    CASE WHEN (p.now_doubtful OR p.before_doubtful) AND s.downloads_gain IS NOT NULL
                         THEN 'doubtful counters' END,
                    CASE WHEN p.now_scope = p.before_scope AND p.uneven THEN 'depths differ' END,
                    CASE WHEN p.now_scope <> p.before_scope THEN 'scopes differ' END,
                    CASE WHEN p.now_origin <> p.before_origin THEN 'origins differ' END], lambda x: x IS NOT NULL) AS flags,
       e.entity_key
FROM sides AS s
CROSS JOIN pair AS p
JOIN entities AS e ON e.entity_key = s.entity_key
LEFT JOIN ends AS l ON l.snapshot_id = CASE WHEN s.is_now THEN p.now_snapshot ELSE p.before_snapshot END
-- entities.id is the current name, so only names that have ended are joined
LEFT JOIN names AS f ON f.entity_key = s.entity_key AND f.valid_from <= p.now_at AND f.valid_to > p.now_at;
