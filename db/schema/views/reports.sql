-- The lists of published reports.

-- Return the word if it is a metric of lists; else raise an error that lists the metrics.
CREATE OR REPLACE MACRO known_gain(word) AS
    CASE WHEN word IN ('downloads', 'likes', 'upvotes') THEN word
         ELSE error('unknown metric of a list ' || coalesce('''' || word || '''', 'NULL')
                    || ': write ''downloads'', ''likes'' or ''upvotes''') END;

-- Return the word if it is a list; else raise an error that names the lists.
CREATE OR REPLACE MACRO known_list(word) AS
    CASE WHEN word IN ('gains', 'risers', 'entrants', 'returned', 'fallers') THEN word
         ELSE error('unknown list ' || coalesce('''' || word || '''', 'NULL')
                    || ': write ''gains'', ''risers'', ''entrants'', ''returned'' or ''fallers''') END;

-- Return a list of the newest report, or of the newest report up to a moment, with current names.
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
       p.place_before, p.weeks_listed, p.first_listed, p.best_place, n.report_at, p.id AS listed_as, p.entity_key,
       p.impact, p.flat_place, p.root
-- The arguments are checked again, so that a wrong word is an error even before the first report. DuckDB 1.5 raises
-- that error only after the first report.
FROM (SELECT 1 WHERE known_kind(kind) IS NOT NULL AND known_gain(metric) IS NOT NULL AND known_list(list) IS NOT NULL)
JOIN newest AS n ON true
JOIN picks AS p ON p.report_at = n.report_at AND p.kind = n.kind AND p.metric = n.metric AND p.list = n.list
JOIN entities AS e ON e.entity_key = p.entity_key
ORDER BY p.place, p.flat_place;

-- Return the places of an entity on the lists of all reports, by any of its names or by its Hub id, oldest first.
CREATE OR REPLACE MACRO placings(entity) AS TABLE
SELECT p.report_at, p.kind, e.id, e.hub_id, p.metric, p.list, p.place, p.now, p.downloads_now, p.gain, p.percent,
       p.score, p.lift, p.lower_bound, p.since, p.breakout, l.ordered_by, l.basis, l.span_days, p.flags,
       p.id AS listed_as, p.entity_key, p.impact, p.flat_place, p.root
FROM picks AS p
JOIN lists AS l ON l.report_at = p.report_at AND l.kind = p.kind AND l.metric = p.metric AND l.list = p.list
JOIN entities AS e ON e.entity_key = p.entity_key
WHERE p.entity_key IN (
    SELECT n.entity_key FROM names AS n WHERE n.id = entity
    UNION SELECT h.entity_key FROM entities AS h WHERE h.hub_id = entity
)
ORDER BY p.report_at, p.kind, p.entity_key, p.metric, p.list;
