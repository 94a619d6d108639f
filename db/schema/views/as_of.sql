-- Past states of a kind, and its current leaders.

-- Return a kind at a moment: its newest complete snapshot up to that moment, with the names and attributes of that
-- time.
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

-- Return the word if it is a metric; else raise an error that lists the metrics.
CREATE OR REPLACE MACRO known_metric(word) AS
    CASE WHEN word IN ('downloads', 'downloads_all_time', 'likes', 'trending_score', 'upvotes', 'upvotes_7d', 'comments',
                       'github_stars') THEN word
         ELSE error('unknown metric ' || coalesce('''' || word || '''', 'NULL')
                    || ': write ''downloads'', ''downloads_all_time'', ''likes'', ''trending_score'', ''upvotes'', '
                    || '''upvotes_7d'', ''comments'' or ''github_stars''') END;

-- Return the entities of a kind in the order of a metric, from its newest complete snapshot.
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
    -- The metric is checked here and below: without rows, DuckDB 1.5 evaluates only this check, 2.0 only the other.
    FROM as_of(CASE WHEN known_metric(metric) IS NOT NULL THEN kind END, NULL) AS a
)
SELECT row_number() OVER (ORDER BY m.value DESC, m.id, m.hub_id) AS place, m.id, m.value, m.title, m.author, m.task,
       m.library, m.license, m.observed_at, m.hub_id
FROM (SELECT 1 WHERE known_metric(metric) IS NOT NULL) LEFT JOIN measured AS m ON true
WHERE m.value IS NOT NULL
ORDER BY place;
