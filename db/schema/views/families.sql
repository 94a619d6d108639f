-- The families of models: a model, and all that derive from it through base models.

-- Return the first three of lists of contributors, each an entry of negative gain, negative level, name and key.
CREATE OR REPLACE MACRO first_three(entries) AS
    list_transform(list_sort(flatten(list_filter(entries, lambda l: l IS NOT NULL)))[:3],
                   lambda e: {'id': e[3], 'gain': -e[1]});

-- Return the families of a week from two relations, given by their names: changes has the rows of two_weeks, roots
-- those of family_roots.
CREATE OR REPLACE MACRO families_of(changes, roots, now_at, before_at) AS TABLE
WITH changed AS (
    SELECT w.entity_key, w.id, f.root_key, CASE WHEN f.root_key IS NULL THEN lower(f.root) END AS unseen,
           CASE WHEN f.depth = 0 THEN 'root' ELSE coalesce(f.relation, 'not stated') END AS relation, f.root,
           w.likes_gain, w.likes_now, w.downloads_gain, w.downloads_now,
           w.created_at > before_at AND w.created_at <= now_at AS is_new
    FROM query_table(changes) AS w
    JOIN query_table(roots) AS f ON f.entity_key = w.entity_key
    WHERE w.is_now
), parts AS (
    -- the largest gains come first: each entry begins with the gain and the level, both negative; an unknown level is last
    SELECT c.root_key, c.unseen, c.relation, min(c.root) AS root, count(*) AS members,
           count(*) FILTER (c.likes_gain IS NOT NULL OR c.downloads_gain IS NOT NULL) AS compared,
           sum(c.likes_gain) AS likes_gain, sum(c.downloads_gain) AS downloads_gain,
           count(*) FILTER (c.is_new) AS new_members,
           min((-c.likes_gain, coalesce(-c.likes_now, 1), c.id, c.entity_key), 3)
           FILTER (c.likes_gain > 0) AS likes_largest,
           min((-c.downloads_gain, coalesce(-c.downloads_now, 1), c.id, c.entity_key), 3)
           FILTER (c.downloads_gain > 0) AS downloads_largest
    FROM changed AS c
    GROUP BY c.root_key, c.unseen, c.relation
)
SELECT min(p.root) AS root, sum(p.members)::BIGINT AS members, sum(p.compared)::BIGINT AS compared,
       bounded(sum(p.likes_gain)) AS likes_gain, bounded(sum(p.downloads_gain)) AS downloads_gain,
       sum(p.new_members)::BIGINT AS new_members,
       list(struct_pack(relation := p.relation, members := p.members, compared := p.compared,
                        likes_gain := bounded(p.likes_gain), downloads_gain := bounded(p.downloads_gain))
            ORDER BY p.relation <> 'root', p.relation = 'not stated', p.relation) AS relations,
       first_three(list(p.likes_largest)) AS likes_largest, first_three(list(p.downloads_largest)) AS downloads_largest,
       p.root_key
FROM parts AS p
GROUP BY p.root_key, p.unseen;

-- Return every family with a member in the newer of the compared snapshots: its members, and the sums of their gains.
CREATE OR REPLACE MACRO families(as_of := NULL, days := 7) AS TABLE
WITH family_pair AS MATERIALIZED (
    SELECT c.now_at, coalesce(c.before_at, c.now_at - to_microseconds(CAST(days * 86400000000 AS BIGINT))) AS before_at
    FROM compared_snapshots('model', as_of := as_of, days := days) AS c
), family_changes AS (
    SELECT w.*, w.status NOT IN ('left', 'below now') AS is_now, e.created_at
    FROM week_over_week('model', as_of := as_of, days := days) AS w
    JOIN entities AS e ON e.entity_key = w.entity_key
), roots_of_families AS (
    SELECT r.* FROM family_roots(as_of := as_of) AS r
)
FROM families_of('family_changes', 'roots_of_families', (SELECT p.now_at FROM family_pair AS p),
                 (SELECT p.before_at FROM family_pair AS p));
