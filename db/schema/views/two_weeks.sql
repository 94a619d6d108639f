-- The gains of two weeks and the attributes at their ends, which facets, topics and emerging tags share.

-- Return a sum as BIGINT, at most 9 * 10^18; only impossible counters reach that limit.
CREATE OR REPLACE MACRO bounded(total) AS
    CASE WHEN total IS NOT NULL THEN CAST(greatest(least(total, 9000000000000000000), -9000000000000000000) AS BIGINT) END;

-- Return part / whole from exact integers; NULL where the whole is not positive.
CREATE OR REPLACE MACRO share_of(part, whole) AS
    CASE WHEN whole > 0 THEN round(CAST(part AS DOUBLE) / CAST(whole AS DOUBLE), 9) END;

-- The attributes of all kinds in one relation, one row per version.
CREATE OR REPLACE VIEW attributes AS
SELECT r.entity_key, r.valid_from, r.valid_to, r.id, r.id AS name, r.author, r.task, r.library, r.sdk, r.license,
       r.languages, r.parameters, r.gated, r.tags
FROM repo_attributes AS r
UNION ALL
SELECT p.entity_key, p.valid_from, p.valid_to, p.id, p.title, p.organization, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
       p.keywords
FROM paper_attributes AS p
UNION ALL
SELECT t.entity_key, t.valid_from, t.valid_to, t.id, t.title, t.organization, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
       t.tags
FROM article_attributes AS t;

-- Return the attributes that held at either end of a week; an entity that changed within it has two rows.
CREATE OR REPLACE MACRO attributes_at(now_at, before_at) AS TABLE
SELECT a.*, a.valid_from <= now_at AND (a.valid_to > now_at OR a.valid_to IS NULL) AS at_now,
       coalesce(a.valid_from <= before_at AND (a.valid_to > before_at OR a.valid_to IS NULL), false) AS at_before
FROM attributes AS a
WHERE (a.valid_from <= now_at AND (a.valid_to > now_at OR a.valid_to IS NULL))
   OR (a.valid_from <= before_at AND (a.valid_to > before_at OR a.valid_to IS NULL));

-- Return the changes of a week, a relation like week_over_week given by its name, next to the gains of the week that
-- ends at before_at. The latter are NULL where that week cannot be compared.
CREATE OR REPLACE MACRO two_weeks_of(changes, kind, before_at, days) AS TABLE
SELECT w.entity_key, w.id, n.created_at, w.status NOT IN ('left', 'below now') AS is_now,
       before_at IS NOT NULL AND w.status IN ('listed', 'left', 'below now') AS was_before,
       w.likes_now, w.downloads_now, w.upvotes_now, w.likes_gain, w.downloads_gain, w.upvotes_gain,
       e.likes_gain AS likes_gain_before, e.downloads_gain AS downloads_gain_before,
       e.upvotes_gain AS upvotes_gain_before
FROM query_table(changes) AS w
JOIN entities AS n ON n.entity_key = w.entity_key
LEFT JOIN (
    SELECT b.entity_key, b.likes_gain, b.downloads_gain, b.upvotes_gain
    FROM week_over_week(kind, as_of := coalesce(before_at, '-infinity'::TIMESTAMPTZ), days := days) AS b
) AS e ON e.entity_key = w.entity_key;

-- Return the changes of a week next to the gains of the week before.
CREATE OR REPLACE MACRO two_weeks(kind, as_of := NULL, days := 7) AS TABLE
WITH newer_pair AS MATERIALIZED (
    SELECT c.before_at FROM compared_snapshots(kind, as_of := as_of, days := days) AS c
), newer_changes AS (
    SELECT w.* FROM week_over_week(kind, as_of := as_of, days := days) AS w
)
FROM two_weeks_of('newer_changes', kind, (SELECT n.before_at FROM newer_pair AS n), days);
