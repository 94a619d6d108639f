-- Public views and macros. They are written anew at every commit.

-- ------------------------------------------------------------------------------------------- numbers to count with

-- Observations without the numbers that the Hub cannot mean: negative counts, counts beyond 10^15 and scores that are no
-- finite number. A file may hold such numbers, written by an older version or by hand; a difference or a sum of them
-- would overflow and end every report. All views and macros read their numbers here.
CREATE OR REPLACE VIEW plausible_observations AS
SELECT o.snapshot_id, o.entity_key,
       CASE WHEN o.downloads BETWEEN 0 AND 1000000000000000 THEN o.downloads END AS downloads,
       CASE WHEN o.downloads_all_time BETWEEN 0 AND 1000000000000000 THEN o.downloads_all_time END AS downloads_all_time,
       CASE WHEN o.likes BETWEEN 0 AND 1000000000000000 THEN o.likes END AS likes,
       CASE WHEN isfinite(o.trending_score) THEN o.trending_score END AS trending_score,
       CASE WHEN o.upvotes BETWEEN 0 AND 1000000000000000 THEN o.upvotes END AS upvotes,
       CASE WHEN o.upvotes_7d BETWEEN 0 AND 1000000000000000 THEN o.upvotes_7d END AS upvotes_7d,
       CASE WHEN o.comments BETWEEN 0 AND 1000000000000000 THEN o.comments END AS comments,
       CASE WHEN o.github_stars BETWEEN 0 AND 1000000000000000 THEN o.github_stars END AS github_stars,
       CASE WHEN o.rank > 0 THEN o.rank END AS rank
FROM observations AS o;

-- ---------------------------------------------------------------------------------------------- current state

CREATE OR REPLACE VIEW current_repos AS
SELECT e.kind, e.id, e.hub_id, f.author, o.downloads, o.downloads_all_time, o.likes, o.trending_score, o.rank,
       f.task, f.library, f.sdk, f.license, f.parameters, f.architecture, f.context_length, f.gated, f.disabled,
       f.languages, f.base_models, f.base_relation, f.datasets, f.papers, f.models, f.tags,
       e.created_at, e.last_modified, e.first_seen, e.last_seen, e.status, e.entity_key
FROM entities AS e
JOIN repo_attributes AS f ON f.entity_key = e.entity_key AND f.valid_to IS NULL
LEFT JOIN plausible_observations AS o ON o.snapshot_id = e.last_snapshot AND o.entity_key = e.entity_key;

CREATE OR REPLACE VIEW models AS
SELECT id, hub_id, author, downloads, downloads_all_time, likes, trending_score, rank, task, library, license,
       parameters, architecture, context_length, gated, disabled, languages, base_models, base_relation, datasets,
       papers, tags, created_at, last_modified, first_seen, last_seen, status, entity_key
FROM current_repos WHERE kind = 'model';

CREATE OR REPLACE VIEW datasets AS
SELECT id, hub_id, author, downloads, downloads_all_time, likes, trending_score, rank, license, gated, disabled,
       languages, papers, tags, created_at, last_modified, first_seen, last_seen, status, entity_key
FROM current_repos WHERE kind = 'dataset';

CREATE OR REPLACE VIEW spaces AS
SELECT id, hub_id, author, likes, trending_score, rank, sdk, license, disabled, models, datasets, papers, tags,
       created_at, last_modified, first_seen, last_seen, status, entity_key
FROM current_repos WHERE kind = 'space';

CREATE OR REPLACE VIEW papers AS
SELECT e.id, e.hub_id, f.title, o.upvotes, o.comments, o.github_stars, o.rank, f.authors, f.organization,
       f.submitted_at, f.submitted_by, f.github_repo, f.project_page, f.keywords,
       e.created_at, e.first_seen, e.last_seen, e.status, e.entity_key
FROM entities AS e
JOIN paper_attributes AS f ON f.entity_key = e.entity_key AND f.valid_to IS NULL
LEFT JOIN plausible_observations AS o ON o.snapshot_id = e.last_snapshot AND o.entity_key = e.entity_key
WHERE e.kind = 'paper';

CREATE OR REPLACE VIEW articles AS
SELECT e.id, e.hub_id, f.title, o.upvotes, o.upvotes_7d, o.rank, f.authors, f.organization, f.official, f.tags,
       e.created_at, e.first_seen, e.last_seen, e.status, e.entity_key
FROM entities AS e
JOIN article_attributes AS f ON f.entity_key = e.entity_key AND f.valid_to IS NULL
LEFT JOIN plausible_observations AS o ON o.snapshot_id = e.last_snapshot AND o.entity_key = e.entity_key
WHERE e.kind = 'article';

-- ------------------------------------------------------------------------------------------- numbers over time

CREATE OR REPLACE VIEW model_history AS
SELECT e.id, e.hub_id, s.observed_at, o.downloads, o.downloads_all_time, o.likes, o.trending_score, o.rank,
       s.scope, s.complete, s.stale, s.origin, o.snapshot_id, o.entity_key
FROM plausible_observations AS o JOIN snapshots AS s USING (snapshot_id) JOIN entities AS e USING (entity_key)
WHERE s.kind = 'model';

CREATE OR REPLACE VIEW dataset_history AS
SELECT e.id, e.hub_id, s.observed_at, o.downloads, o.downloads_all_time, o.likes, o.trending_score, o.rank,
       s.scope, s.complete, s.stale, s.origin, o.snapshot_id, o.entity_key
FROM plausible_observations AS o JOIN snapshots AS s USING (snapshot_id) JOIN entities AS e USING (entity_key)
WHERE s.kind = 'dataset';

CREATE OR REPLACE VIEW space_history AS
SELECT e.id, e.hub_id, s.observed_at, o.likes, o.trending_score, o.rank,
       s.scope, s.complete, s.origin, o.snapshot_id, o.entity_key
FROM plausible_observations AS o JOIN snapshots AS s USING (snapshot_id) JOIN entities AS e USING (entity_key)
WHERE s.kind = 'space';

CREATE OR REPLACE VIEW paper_history AS
SELECT e.id, e.hub_id, s.observed_at, o.upvotes, o.comments, o.github_stars, o.rank,
       s.complete, s.origin, o.snapshot_id, o.entity_key
FROM plausible_observations AS o JOIN snapshots AS s USING (snapshot_id) JOIN entities AS e USING (entity_key)
WHERE s.kind = 'paper';

CREATE OR REPLACE VIEW article_history AS
SELECT e.id, e.hub_id, s.observed_at, o.upvotes, o.upvotes_7d, o.rank,
       s.complete, s.origin, o.snapshot_id, o.entity_key
FROM plausible_observations AS o JOIN snapshots AS s USING (snapshot_id) JOIN entities AS e USING (entity_key)
WHERE s.kind = 'article';

-- ------------------------------------------------------------------------------------- names over time, and links

-- What an entity was called, and when. One row per name.
CREATE OR REPLACE VIEW names AS
SELECT entity_key, valid_from, valid_to, id FROM repo_attributes
UNION ALL SELECT entity_key, valid_from, valid_to, id FROM paper_attributes
UNION ALL SELECT entity_key, valid_from, valid_to, id FROM article_attributes;

-- From one entity to another, as their current tags say. The target has no key where this file has never seen it,
-- and is the one seen last where a name has passed from one entity to another.
CREATE OR REPLACE VIEW links AS
WITH named AS (
    SELECT entity_key, 'cites' AS relation, NULL AS detail, 'paper' AS to_kind, unnest(papers) AS to_id
    FROM repo_attributes WHERE valid_to IS NULL
    UNION ALL
    SELECT entity_key, 'base_model', base_relation, 'model', unnest(base_models)
    FROM repo_attributes WHERE valid_to IS NULL
    UNION ALL
    SELECT entity_key, 'uses', NULL, 'dataset', unnest(datasets)
    FROM repo_attributes WHERE valid_to IS NULL
    UNION ALL
    SELECT entity_key, 'uses', NULL, 'model', unnest(models)
    FROM repo_attributes WHERE valid_to IS NULL
)
SELECT e.kind AS from_kind, e.id AS from_id, n.relation, n.detail, n.to_kind, n.to_id,
       e.entity_key AS from_key, t.entity_key AS to_key
FROM named AS n
JOIN entities AS e ON e.entity_key = n.entity_key
LEFT JOIN (
    SELECT a.kind, a.id, arg_max(a.entity_key, (a.last_seen, a.entity_key)) AS entity_key
    FROM entities AS a
    WHERE a.status <> 'removed'
    GROUP BY a.kind, a.id
) AS t ON t.kind = n.to_kind AND t.id = n.to_id;

-- ------------------------------------------------------------------------------------------------------- macros

-- The kind, if it is one; an error that names the right ones, if not.
CREATE OR REPLACE MACRO known_kind(word) AS
    CASE WHEN word IN ('model', 'dataset', 'space', 'paper', 'article') THEN word
         ELSE error('unknown kind ' || coalesce('''' || word || '''', 'NULL')
                    || ': write ''model'', ''dataset'', ''space'', ''paper'' or ''article''') END;

-- A moment given as text, date or time; without a zone it is UTC, whatever the zone of the session; NULL is now.
CREATE OR REPLACE MACRO moment_of(word) AS
    coalesce(CASE WHEN regexp_matches(CAST(word AS VARCHAR), ':[0-9.]+ *[A-Za-z+-]') THEN CAST(word AS TIMESTAMPTZ)
                  ELSE CAST(word AS TIMESTAMP) AT TIME ZONE 'UTC' END, now());

-- How well a pair of snapshots answers a question about `days` days: their real span against the wanted one.
CREATE OR REPLACE MACRO basis_of(span_days, days) AS
    CASE WHEN abs(span_days - days) <= 0.5 THEN 'exact'
         WHEN span_days BETWEEN days * 5 / 7 AND days * 9 / 7 THEN 'near'
         WHEN span_days BETWEEN days * 2 / 7 AND days * 2 THEN 'partial' END;

-- How much younger another snapshot must be to be preferred: a full one covers more, an own one is known better.
CREATE OR REPLACE MACRO head_start(scope, origin) AS
    CASE scope WHEN 'full' THEN INTERVAL 36 HOUR ELSE INTERVAL 0 HOUR END
    + CASE origin WHEN 'crawl' THEN INTERVAL 72 HOUR ELSE INTERVAL 0 HOUR END;

-- The two snapshots of a kind that are compared at a moment: one row, with NULLs where there is none.
-- now: the newest complete and not stale one; a full one wins over a head one less than 36 hours younger, an own one
-- over an imported one less than 72 hours younger.
-- before: the one nearest to `days` earlier, of the same origin if any basis allows one, then of the same scope if one
-- lies within 5 to 9 days of 7. Origins come first since an archive's times may be off, all of them alike.
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

-- THE definition of a change: every entity of the kind in either of the two compared snapshots.
-- Where one of them reaches deeper, an entity on one side only has appeared or left if it lies within the depth that both
-- reach; below it the other snapshot could not have shown it.
CREATE OR REPLACE MACRO week_over_week(kind, as_of := NULL, days := 7) AS TABLE
WITH pair AS (
    SELECT c.*, least(now_depths.trending, before_depths.trending) AS trending_depth,
           least(now_depths.downloads, before_depths.downloads) AS downloads_depth,
           least(now_depths.likes, before_depths.likes) AS likes_depth,
           least(now_depths.days, before_depths.days) AS days_depth,
           now_depths IS NOT NULL AND before_depths IS NOT NULL AND now_depths IS DISTINCT FROM before_depths AS uneven
    FROM compared_snapshots(kind, as_of := as_of, days := days) AS c
), ends AS (
    -- the counters on which lists of the shorter depth end
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
-- a name that is still in force is the entity's own, so only those that have ended are joined
LEFT JOIN names AS f ON f.entity_key = s.entity_key AND f.valid_from <= p.now_at AND f.valid_to > p.now_at;

-- Every number that was ever seen of an entity, by any name it has had or by its Hub id, oldest first. The parameter
-- cannot be called id: in a subquery DuckDB takes that for a column.
CREATE OR REPLACE MACRO history(entity) AS TABLE
SELECT e.kind, e.id, e.hub_id, s.observed_at, o.downloads, o.downloads_all_time, o.likes, o.trending_score,
       o.upvotes, o.upvotes_7d, o.comments, o.github_stars, o.rank, s.scope, s.complete, s.stale, s.origin
FROM entities AS e
JOIN plausible_observations AS o ON o.entity_key = e.entity_key
JOIN snapshots AS s ON s.snapshot_id = o.snapshot_id
WHERE e.entity_key IN (
    SELECT n.entity_key FROM names AS n WHERE n.id = entity
    UNION SELECT h.entity_key FROM entities AS h WHERE h.hub_id = entity
)
ORDER BY e.kind, e.entity_key, s.observed_at, s.snapshot_id;

-- A kind as it was at a moment: the newest complete snapshot by then, with the names and facts of then.
CREATE OR REPLACE MACRO as_of(kind, moment) AS TABLE
WITH latest AS (
    SELECT l.snapshot_id, l.observed_at, l.scope
    FROM (SELECT 1 WHERE known_kind(kind) IS NOT NULL) LEFT JOIN (
        SELECT s.snapshot_id, s.observed_at, s.scope
        FROM snapshots AS s
        WHERE s.kind = known_kind(kind) AND s.complete AND s.observed_at <= moment_of(moment)
        ORDER BY s.observed_at + head_start(s.scope, s.origin) DESC, s.observed_at DESC, s.snapshot_id DESC
        LIMIT 1
    ) AS l ON true
)
SELECT coalesce(r.id, p.id, t.id, e.id) AS id, e.hub_id, l.observed_at, l.scope,
       o.downloads, o.downloads_all_time, o.likes, o.trending_score, o.upvotes, o.upvotes_7d, o.comments,
       o.github_stars, o.rank, coalesce(p.title, t.title) AS title,
       coalesce(r.author, p.organization, t.organization) AS author,
       r.task, r.library, r.sdk, r.license, r.parameters, r.gated, r.tags, e.created_at, e.entity_key
FROM latest AS l
JOIN plausible_observations AS o ON o.snapshot_id = (SELECT snapshot_id FROM latest)
JOIN entities AS e ON e.entity_key = o.entity_key
LEFT JOIN repo_attributes AS r ON r.entity_key = o.entity_key
     AND r.valid_from <= l.observed_at AND (r.valid_to > l.observed_at OR r.valid_to IS NULL)
LEFT JOIN paper_attributes AS p ON p.entity_key = o.entity_key
     AND p.valid_from <= l.observed_at AND (p.valid_to > l.observed_at OR p.valid_to IS NULL)
LEFT JOIN article_attributes AS t ON t.entity_key = o.entity_key
     AND t.valid_from <= l.observed_at AND (t.valid_to > l.observed_at OR t.valid_to IS NULL);

-- The metric, if it is one; an error that names the right ones, if not.
CREATE OR REPLACE MACRO known_metric(word) AS
    CASE WHEN word IN ('downloads', 'downloads_all_time', 'likes', 'trending_score', 'upvotes', 'upvotes_7d', 'comments',
                       'github_stars') THEN word
         ELSE error('unknown metric ' || coalesce('''' || word || '''', 'NULL')
                    || ': write ''downloads'', ''downloads_all_time'', ''likes'', ''trending_score'', ''upvotes'', '
                    || '''upvotes_7d'', ''comments'' or ''github_stars''') END;

-- The entities of a kind that lead in a metric now.
CREATE OR REPLACE MACRO leaders(kind, metric) AS TABLE
WITH measured AS (
    SELECT a.*,
           CASE known_metric(metric)
               WHEN 'downloads' THEN a.downloads
               WHEN 'downloads_all_time' THEN a.downloads_all_time
               WHEN 'likes' THEN a.likes
               WHEN 'trending_score' THEN a.trending_score
               WHEN 'upvotes' THEN a.upvotes
               WHEN 'upvotes_7d' THEN a.upvotes_7d
               WHEN 'comments' THEN a.comments
               WHEN 'github_stars' THEN a.github_stars END AS value
    -- here and below: where there is nothing to measure, DuckDB 2.0 looks only at the second, 1.5 only at the first
    FROM as_of(CASE WHEN known_metric(metric) IS NOT NULL THEN kind END, NULL) AS a
)
SELECT row_number() OVER (ORDER BY m.value DESC, m.id, m.hub_id) AS place, m.id, m.value, m.title, m.author, m.task,
       m.library, m.license, m.observed_at, m.hub_id
FROM (SELECT 1 WHERE known_metric(metric) IS NOT NULL) LEFT JOIN measured AS m ON true
WHERE m.value IS NOT NULL
ORDER BY place;

-- --------------------------------------------------------------------------------------- what reports have said

-- The metric, if lists are made of it; an error that names the right ones, if not.
CREATE OR REPLACE MACRO known_gain(word) AS
    CASE WHEN word IN ('downloads', 'likes', 'upvotes') THEN word
         ELSE error('unknown metric of a list ' || coalesce('''' || word || '''', 'NULL')
                    || ': write ''downloads'', ''likes'' or ''upvotes''') END;

-- The list, if it is one; an error that names the right ones, if not.
CREATE OR REPLACE MACRO known_list(word) AS
    CASE WHEN word IN ('risers', 'entrants', 'returned', 'fallers') THEN word
         ELSE error('unknown list ' || coalesce('''' || word || '''', 'NULL')
                    || ': write ''risers'', ''entrants'', ''returned'' or ''fallers''') END;

-- A list as the newest report has it, or the newest one by a moment, under the names of today.
CREATE OR REPLACE MACRO ranked(kind, metric, list := 'risers', as_of := NULL) AS TABLE
WITH newest AS (
    SELECT l.*
    FROM lists AS l
    WHERE l.kind = known_kind(kind) AND l.metric = known_gain(metric) AND l.list = known_list(list)
      AND (as_of IS NULL OR l.report_at <= moment_of(as_of))
    ORDER BY l.report_at DESC
    LIMIT 1
)
SELECT p.place, e.id, e.hub_id, p.before, p.now, p.downloads_before, p.downloads_now, p.likes_now, p.gain, p.percent,
       p.score, p.lift, p.lower_bound, p.since, p.breakout, p.granularity, p.this_week, p.baseline_week, p.daily_noise, p.drift,
       n.ordered_by, p.basis, p.span_days, n.before_at, n.now_at, p.status, p.flags, p.rank_before, p.rank_now,
       p.age_days, p.upvotes_day_1, p.upvotes_day_3, p.upvotes_day_7, p.upvotes_day_14, p.github_stars_gain,
       p.place_before, p.weeks_listed, p.first_listed, p.best_place, n.report_at, p.id AS listed_as, p.entity_key
-- asked once more for a wrong word before the first report; DuckDB 1.5 hears it only after that
FROM (SELECT 1 WHERE known_kind(kind) IS NOT NULL AND known_gain(metric) IS NOT NULL AND known_list(list) IS NOT NULL)
JOIN newest AS n ON true
JOIN picks AS p ON p.report_at = n.report_at AND p.kind = n.kind AND p.metric = n.metric AND p.list = n.list
JOIN entities AS e ON e.entity_key = p.entity_key
ORDER BY p.place;

-- Where an entity has stood on the lists of every report, by any name it has had or by its Hub id, oldest first.
CREATE OR REPLACE MACRO placings(entity) AS TABLE
SELECT p.report_at, p.kind, e.id, e.hub_id, p.metric, p.list, p.place, p.now, p.downloads_now, p.gain, p.percent,
       p.score, p.lift, p.lower_bound, p.since, p.breakout, l.ordered_by, l.basis, l.span_days, p.flags,
       p.id AS listed_as, p.entity_key
FROM picks AS p
JOIN lists AS l ON l.report_at = p.report_at AND l.kind = p.kind AND l.metric = p.metric AND l.list = p.list
JOIN entities AS e ON e.entity_key = p.entity_key
WHERE p.entity_key IN (
    SELECT n.entity_key FROM names AS n WHERE n.id = entity
    UNION SELECT h.entity_key FROM entities AS h WHERE h.hub_id = entity
)
ORDER BY p.report_at, p.kind, p.entity_key, p.metric, p.list;
