-- The gains of owners (namespaces) across all kinds.

-- Return the owner in a name: the namespace before the slash, or NULL for an old name without one.
CREATE OR REPLACE MACRO owner_in(name) AS
    CASE WHEN contains(name, '/') THEN nullif(split_part(name, '/', 1), '') END;

-- Return the changes of a kind, rows as those of two_weeks in a relation given by its name, with the owner of each entity at
-- the newer snapshot. Papers and articles have the organisation that the Hub gives them; it is a namespace, as in the name
-- of a repository.
CREATE OR REPLACE MACRO owned_of(source, kind, now_at, before_at) AS TABLE
WITH organized AS (
    SELECT p.entity_key, p.organization
    FROM paper_attributes AS p
    WHERE known_kind(kind) = 'paper' AND p.valid_from <= now_at AND (p.valid_to > now_at OR p.valid_to IS NULL)
    UNION ALL
    SELECT t.entity_key, t.organization
    FROM article_attributes AS t
    WHERE known_kind(kind) = 'article' AND t.valid_from <= now_at AND (t.valid_to > now_at OR t.valid_to IS NULL)
)
SELECT known_kind(kind) AS kind,
       CASE WHEN known_kind(kind) IN ('paper', 'article') THEN nullif(g.organization, '') ELSE owner_in(s.id) END AS owner,
       s.is_now AND coalesce(s.created_at > before_at AND s.created_at <= now_at, false) AS is_new, s.*
FROM query_table(source) AS s
LEFT JOIN organized AS g ON g.entity_key = s.entity_key;

-- Return the sums of the owners of a kind from a relation of two weeks, given by its name: one row for each owner at the
-- newer snapshot and owner at the earlier one, to whom the gain of the week before belongs.
CREATE OR REPLACE MACRO owner_sums_of(source, kind, now_at, before_at) AS TABLE
WITH former AS (
    -- entities.id is the current name, so only names that have ended are joined
    SELECT f.entity_key, f.id
    FROM names AS f
    WHERE f.valid_from <= before_at AND f.valid_to > before_at
), owned AS (
    SELECT o.kind, o.owner, CASE WHEN f.id <> o.id THEN owner_in(f.id) ELSE o.owner END AS owner_before,
           o.id, o.entity_key, o.is_now, o.is_new, o.likes_gain, o.downloads_gain, o.upvotes_gain, o.likes_gain_before
    FROM owned_of(source, kind, now_at, before_at) AS o
    LEFT JOIN former AS f ON f.entity_key = o.entity_key
)
SELECT o.kind, o.owner, o.owner_before, count(*) FILTER (o.is_now) AS entities, count(*) FILTER (o.is_new) AS new_entities,
       sum(o.likes_gain) AS likes_gain, sum(o.downloads_gain) AS downloads_gain, sum(o.upvotes_gain) AS upvotes_gain,
       count(*) FILTER (coalesce(o.likes_gain, o.upvotes_gain, o.downloads_gain) IS NOT NULL) AS compared,
       count(o.likes_gain) AS compared_likes, sum(o.likes_gain_before) AS likes_gain_before,
       count(o.likes_gain_before) AS compared_likes_before,
       min((-coalesce(o.likes_gain, o.upvotes_gain), o.kind, o.id, o.entity_key, o.likes_gain, o.downloads_gain, o.upvotes_gain), 3)
       FILTER (coalesce(o.likes_gain, o.upvotes_gain) > 0) AS largest
FROM owned AS o
GROUP BY o.kind, o.owner, o.owner_before;

-- Return the gains of every owner from such sums of all kinds, given by the name of their relation.
CREATE OR REPLACE MACRO organisations_of(sums) AS TABLE
WITH totals AS (
    -- the two windows compare only if the same kinds have known gains in both
    SELECT sum(s.likes_gain) AS now, sum(s.likes_gain_before) AS before,
           list(DISTINCT s.kind ORDER BY s.kind) FILTER (s.compared_likes > 0)
           = list(DISTINCT s.kind ORDER BY s.kind) FILTER (s.compared_likes_before > 0) AS same_kinds
    FROM query_table(sums) AS s
), owned AS (
    SELECT s.owner,
           sum(s.entities) FILTER (s.kind = 'model') AS models, sum(s.entities) FILTER (s.kind = 'dataset') AS datasets,
           sum(s.entities) FILTER (s.kind = 'space') AS spaces, sum(s.entities) FILTER (s.kind = 'paper') AS papers,
           sum(s.entities) FILTER (s.kind = 'article') AS articles, sum(s.entities) AS entities,
           sum(s.new_entities) AS new_entities, sum(s.likes_gain) AS likes_gain, sum(s.downloads_gain) AS downloads_gain,
           sum(s.upvotes_gain) AS upvotes_gain, sum(s.compared) AS compared,
           flatten(list(s.largest) FILTER (s.largest IS NOT NULL)) AS largest
    FROM query_table(sums) AS s
    WHERE s.owner IS NOT NULL
    GROUP BY s.owner
), owned_before AS (
    SELECT s.owner_before AS owner, sum(s.likes_gain_before) AS likes_gain
    FROM query_table(sums) AS s
    WHERE s.owner_before IS NOT NULL
    GROUP BY s.owner_before
)
SELECT row_number() OVER (
           ORDER BY o.likes_gain DESC NULLS LAST, o.upvotes_gain DESC NULLS LAST, o.downloads_gain DESC NULLS LAST,
                    o.entities DESC, o.owner
       ) AS place,
       o.owner AS organisation, coalesce(o.models, 0)::BIGINT AS models, coalesce(o.datasets, 0)::BIGINT AS datasets,
       coalesce(o.spaces, 0)::BIGINT AS spaces, coalesce(o.papers, 0)::BIGINT AS papers,
       coalesce(o.articles, 0)::BIGINT AS articles, o.new_entities::BIGINT AS new_entities,
       bounded(o.likes_gain) AS likes_gain, bounded(o.downloads_gain) AS downloads_gain,
       bounded(o.upvotes_gain) AS upvotes_gain,
       CASE WHEN t.now > 0 THEN o.likes_gain / t.now END AS share,
       CASE WHEN t.now > 0 AND t.before > 0 AND t.same_kinds
            THEN 100 * (o.likes_gain / t.now - coalesce(b.likes_gain, 0) / t.before) END AS change_points,
       o.compared::BIGINT AS compared,
       list_transform(list_sort(coalesce(o.largest, []))[:3],
                      lambda e: {'kind': e[2], 'id': e[3], 'likes_gain': e[5], 'downloads_gain': e[6],
                                 'upvotes_gain': e[7]}) AS largest
FROM owned AS o
CROSS JOIN totals AS t
LEFT JOIN owned_before AS b ON b.owner = o.owner
ORDER BY place;

-- Return the sums of the owners of a kind.
CREATE OR REPLACE MACRO owner_sums(kind, as_of := NULL, days := 7) AS TABLE
WITH owned_pair AS MATERIALIZED (
    SELECT c.now_at, c.before_at FROM compared_snapshots(kind, as_of := as_of, days := days) AS c
), weeks_to_own AS (
    SELECT w.* FROM two_weeks(kind, as_of := as_of, days := days) AS w
)
FROM owner_sums_of('weeks_to_own', kind, (SELECT p.now_at FROM owned_pair AS p), (SELECT p.before_at FROM owned_pair AS p));

-- Return the gains of every owner of an entity in the compared snapshots, the largest gain of likes first. Likes are
-- the only counter that models, datasets and spaces share.
CREATE OR REPLACE MACRO organisations(as_of := NULL, days := 7) AS TABLE
WITH sums_of_owners AS MATERIALIZED (
    SELECT * FROM owner_sums('model', as_of := as_of, days := days)
    UNION ALL SELECT * FROM owner_sums('dataset', as_of := as_of, days := days)
    UNION ALL SELECT * FROM owner_sums('space', as_of := as_of, days := days)
    UNION ALL SELECT * FROM owner_sums('paper', as_of := as_of, days := days)
    UNION ALL SELECT * FROM owner_sums('article', as_of := as_of, days := days)
)
SELECT o.* FROM organisations_of('sums_of_owners') AS o ORDER BY o.place;
