-- The gains of owners (namespaces) across all kinds.

-- Return the owner in a name: the namespace before the slash, or NULL for an old name without one.
CREATE OR REPLACE MACRO owner_in(name) AS
    CASE WHEN contains(name, '/') THEN nullif(split_part(name, '/', 1), '') END;

-- Return the changes of a kind with the owner of each entity at the newer snapshot.
-- Papers and articles have the organisation that the Hub gives them; it is a namespace, as in the name of a repository.
CREATE OR REPLACE MACRO owned_changes(kind, as_of := NULL, days := 7) AS TABLE
WITH pair AS (
    SELECT c.now_at, c.before_at FROM compared_snapshots(kind, as_of := as_of, days := days) AS c
), organized AS (
    SELECT p.entity_key, p.organization
    FROM paper_attributes AS p, pair
    WHERE known_kind(kind) = 'paper' AND p.valid_from <= pair.now_at
      AND (p.valid_to > pair.now_at OR p.valid_to IS NULL)
    UNION ALL
    SELECT t.entity_key, t.organization
    FROM article_attributes AS t, pair
    WHERE known_kind(kind) = 'article' AND t.valid_from <= pair.now_at
      AND (t.valid_to > pair.now_at OR t.valid_to IS NULL)
), created AS (
    SELECT e.entity_key
    FROM entities AS e, pair
    WHERE e.kind = known_kind(kind) AND e.created_at > pair.before_at AND e.created_at <= pair.now_at
)
SELECT known_kind(kind) AS kind,
       CASE WHEN known_kind(kind) IN ('paper', 'article') THEN nullif(g.organization, '')
            ELSE owner_in(w.id) END AS owner,
       w.id, w.hub_id, w.entity_key, w.status NOT IN ('left', 'below now') AS is_now,
       n.entity_key IS NOT NULL AND w.status NOT IN ('left', 'below now') AS is_new,
       w.likes_gain, w.downloads_gain, w.upvotes_gain
FROM week_over_week(kind, as_of := as_of, days := days) AS w
LEFT JOIN organized AS g ON g.entity_key = w.entity_key
LEFT JOIN created AS n ON n.entity_key = w.entity_key;

-- Return the gain of likes by owner in the window that ends where the week of the kind begins.
CREATE OR REPLACE MACRO likes_of_owners_before(kind, as_of := NULL, days := 7) AS TABLE
WITH window_start AS (
    SELECT coalesce(c.before_at, TIMESTAMPTZ '0001-01-02 00:00:00+00') AS moment
    FROM compared_snapshots(kind, as_of := as_of, days := days) AS c
)
SELECT known_kind(kind) AS kind, owner_in(w.id) AS owner, sum(w.likes_gain) AS likes_gain
FROM week_over_week(kind, as_of := (SELECT s.moment FROM window_start AS s), days := days) AS w
WHERE w.likes_gain IS NOT NULL
GROUP BY ALL;

-- Return the gains of every owner of an entity in the compared snapshots, the largest gain of likes first. Likes are
-- the only counter that models, datasets and spaces share.
CREATE OR REPLACE MACRO organisations(as_of := NULL, days := 7) AS TABLE
WITH week AS MATERIALIZED (
    SELECT * FROM owned_changes('model', as_of := as_of, days := days)
    UNION ALL SELECT * FROM owned_changes('dataset', as_of := as_of, days := days)
    UNION ALL SELECT * FROM owned_changes('space', as_of := as_of, days := days)
    UNION ALL SELECT * FROM owned_changes('paper', as_of := as_of, days := days)
    UNION ALL SELECT * FROM owned_changes('article', as_of := as_of, days := days)
), earlier AS MATERIALIZED (
    SELECT * FROM likes_of_owners_before('model', as_of := as_of, days := days)
    UNION ALL SELECT * FROM likes_of_owners_before('dataset', as_of := as_of, days := days)
    UNION ALL SELECT * FROM likes_of_owners_before('space', as_of := as_of, days := days)
), totals AS (
    -- the two windows compare only if the same kinds have known gains in both
    SELECT (SELECT sum(w.likes_gain) FROM week AS w) AS now,
           (SELECT sum(e.likes_gain) FROM earlier AS e) AS before,
           (SELECT list(DISTINCT w.kind ORDER BY w.kind) FROM week AS w WHERE w.likes_gain IS NOT NULL)
           = (SELECT list(DISTINCT e.kind ORDER BY e.kind) FROM earlier AS e) AS same_kinds
), owners AS (
    SELECT w.owner,
           count(*) FILTER (w.is_now AND w.kind = 'model') AS models,
           count(*) FILTER (w.is_now AND w.kind = 'dataset') AS datasets,
           count(*) FILTER (w.is_now AND w.kind = 'space') AS spaces,
           count(*) FILTER (w.is_now AND w.kind = 'paper') AS papers,
           count(*) FILTER (w.is_now AND w.kind = 'article') AS articles,
           count(*) FILTER (w.is_new) AS new_entities,
           sum(w.likes_gain) AS likes_gain, sum(w.downloads_gain) AS downloads_gain, sum(w.upvotes_gain) AS upvotes_gain,
           count(*) FILTER (coalesce(w.likes_gain, w.upvotes_gain, w.downloads_gain) IS NOT NULL) AS compared,
           min((-coalesce(w.likes_gain, w.upvotes_gain), w.kind, w.id, w.hub_id, w.likes_gain, w.downloads_gain, w.upvotes_gain), 3)
           FILTER (coalesce(w.likes_gain, w.upvotes_gain) > 0) AS largest
    FROM week AS w
    WHERE w.owner IS NOT NULL
    GROUP BY w.owner
), owned_before AS (
    SELECT e.owner, sum(e.likes_gain) AS likes_gain FROM earlier AS e WHERE e.owner IS NOT NULL GROUP BY e.owner
)
SELECT row_number() OVER (
           ORDER BY o.likes_gain DESC NULLS LAST, o.upvotes_gain DESC NULLS LAST, o.downloads_gain DESC NULLS LAST,
                    o.models + o.datasets + o.spaces + o.papers + o.articles DESC, o.owner
       ) AS place,
       o.owner AS organisation, o.models, o.datasets, o.spaces, o.papers, o.articles, o.new_entities,
       bounded(o.likes_gain) AS likes_gain, bounded(o.downloads_gain) AS downloads_gain,
       bounded(o.upvotes_gain) AS upvotes_gain,
       CASE WHEN t.now > 0 THEN o.likes_gain / t.now END AS share,
       CASE WHEN t.now > 0 AND t.before > 0 AND t.same_kinds
            THEN 100 * (o.likes_gain / t.now - coalesce(b.likes_gain, 0) / t.before) END AS change_points,
       o.compared,
       list_transform(coalesce(o.largest, []), lambda e: {'kind': e[2], 'id': e[3], 'likes_gain': e[5],
                                                          'downloads_gain': e[6], 'upvotes_gain': e[7]}) AS largest
FROM owners AS o
CROSS JOIN totals AS t
LEFT JOIN owned_before AS b ON b.owner = o.owner
ORDER BY place;
