-- The base models of every model, and the root of its family.

-- Return the base models of every model at the newer of the compared snapshots, one row per base. A base is found by
-- its Hub id if the id is known, else by its name. A name belongs to the model that has it at that time, else to the
-- last one that had it, so that a tag with an old name finds a renamed base. The Hub ignores the case of names. A model
-- that names itself as its base is skipped.
CREATE OR REPLACE MACRO model_bases(as_of := NULL) AS TABLE
WITH newer AS (
    SELECT c.now_at FROM compared_snapshots('model', as_of := as_of) AS c
), stated AS MATERIALIZED (
    SELECT r.entity_key, r.base_relation AS relation, r.base_models, r.base_ids
    FROM repo_attributes AS r
    JOIN newer AS w ON r.valid_from <= w.now_at AND (r.valid_to > w.now_at OR r.valid_to IS NULL)
    JOIN entities AS e ON e.entity_key = r.entity_key
    WHERE e.kind = 'model' AND (r.base_models IS NOT NULL OR r.base_ids IS NOT NULL)
), identified AS MATERIALIZED (
    SELECT s.entity_key, s.relation, s.ids, e.entity_key AS base_key, e.id
    FROM (SELECT t.entity_key, t.relation, len(t.base_ids) AS ids, unnest(t.base_ids) AS hub_id FROM stated AS t) AS s
    JOIN entities AS e ON e.hub_id = s.hub_id
    JOIN newer AS w ON e.first_seen <= w.now_at
    WHERE e.kind = 'model'
), named AS MATERIALIZED (
    SELECT s.entity_key, s.relation, unnest(s.base_models) AS base
    FROM stated AS s
    WHERE s.entity_key NOT IN (SELECT i.entity_key FROM identified AS i GROUP BY i.entity_key HAVING count(*) = min(i.ids))
), bearers AS MATERIALIZED (
    SELECT lower(r.id) AS name,
           arg_max(r.entity_key, (CASE WHEN r.valid_to <= w.now_at THEN r.valid_to ELSE 'infinity' END,
                                  r.valid_from, r.entity_key)) AS entity_key
    FROM repo_attributes AS r
    JOIN newer AS w ON r.valid_from <= w.now_at
    JOIN entities AS e ON e.entity_key = r.entity_key
    WHERE e.kind = 'model' AND lower(r.id) IN (SELECT lower(n.base) FROM named AS n)
    GROUP BY lower(r.id)
)
SELECT n.entity_key, n.relation, n.base, b.entity_key AS base_key
FROM named AS n
LEFT JOIN bearers AS b ON b.name = lower(n.base)
LEFT JOIN identified AS i ON i.entity_key = n.entity_key AND i.base_key = b.entity_key
WHERE b.entity_key IS DISTINCT FROM n.entity_key AND i.entity_key IS NULL
UNION ALL
SELECT i.entity_key, i.relation, coalesce(f.id, i.id), i.base_key
FROM identified AS i
CROSS JOIN newer AS w
-- entities.id is the current name, so only names that have ended are joined
LEFT JOIN names AS f ON f.entity_key = i.base_key AND f.valid_from <= w.now_at AND f.valid_to > w.now_at
WHERE i.base_key <> i.entity_key;

-- Return the root of every model that has a base or is one, at the newer of the compared snapshots.
CREATE OR REPLACE MACRO family_roots(as_of := NULL) AS TABLE
WITH RECURSIVE newer AS (
    SELECT c.now_at FROM compared_snapshots('model', as_of := as_of) AS c
), named AS MATERIALIZED (
    SELECT b.entity_key, b.base_key, CASE WHEN b.base_key IS NULL THEN b.base END AS unseen
    FROM model_bases(as_of := as_of) AS b
), unseen AS MATERIALIZED (
    -- bases that this file has never seen get negative keys
    SELECT -row_number() OVER () AS node, lower(n.unseen) AS name, min(n.unseen) AS written
    FROM named AS n
    WHERE n.unseen IS NOT NULL
    GROUP BY lower(n.unseen)
), links AS MATERIALIZED (
    SELECT n.entity_key::BIGINT AS node, coalesce(n.base_key, u.node)::BIGINT AS base
    FROM named AS n
    LEFT JOIN unseen AS u ON u.name = lower(n.unseen)
), based AS MATERIALIZED (
    SELECT l.node, min(l.base) AS base, min(l.base) = max(l.base) AS alone FROM links AS l GROUP BY l.node
), single AS MATERIALIZED (
    SELECT b.node, b.base FROM based AS b WHERE b.alone
), chain(node, base, steps, doublings) USING KEY (node) AS (
    -- follow bases that have one base: each step doubles the distance, so that 16 steps reach 65,536 bases
    SELECT s.node, s.base, 1::BIGINT, 0 FROM single AS s WHERE s.node IN (SELECT l.base FROM links AS l)
    UNION ALL
    SELECT c.node, n.base, c.steps + n.steps, c.doublings + 1
    FROM chain AS c
    JOIN recurring.chain AS n ON n.node = c.base
    WHERE c.doublings < 16
), looping AS MATERIALIZED (
    -- a model without an end after these steps leads into a loop
    SELECT c.node, c.base AS in_loop, s.base, e.hub_id
    FROM chain AS c
    JOIN single AS s ON s.node = c.node
    JOIN entities AS e ON e.entity_key = c.node
    WHERE c.doublings = 16
), loop(node, base, oldest, doublings) USING KEY (node) AS (
    SELECT l.node, l.base, (l.hub_id, l.node), 0 FROM looping AS l
    UNION ALL
    SELECT p.node, n.base, least(p.oldest, n.oldest), p.doublings + 1
    FROM loop AS p
    JOIN recurring.loop AS n ON n.node = p.base
    WHERE p.doublings < 16
), loop_roots AS MATERIALIZED (
    SELECT DISTINCT p.oldest[2] AS node FROM looping AS l JOIN loop AS p ON p.node = l.in_loop
), opened(node, base, steps, doublings) USING KEY (node) AS (
    -- the model with the smallest Hub id of a loop is its root
    SELECT l.node, l.base, 1::BIGINT, 0 FROM looping AS l WHERE l.node NOT IN (SELECT r.node FROM loop_roots AS r)
    UNION ALL
    SELECT c.node, n.base, c.steps + n.steps, c.doublings + 1
    FROM opened AS c
    JOIN recurring.opened AS n ON n.node = c.base
    WHERE c.doublings < 32
), ended AS MATERIALIZED (
    SELECT c.node, c.base, c.steps FROM chain AS c WHERE c.doublings < 16
    UNION ALL
    SELECT o.node, o.base, o.steps FROM opened AS o
), several AS MATERIALIZED (
    SELECT l.node, coalesce(e.base, l.base) AS base, min(coalesce(e.steps, 0) + 1) AS steps
    FROM links AS l
    LEFT JOIN ended AS e ON e.node = l.base
    WHERE l.node IN (SELECT b.node FROM based AS b WHERE NOT b.alone)
    GROUP BY l.node, coalesce(e.base, l.base)
), merged(node, root, steps, rounds) USING KEY (node) AS (
    -- a model with several bases is a root until all its bases lead to the same root
    SELECT DISTINCT s.node, s.node, 0::BIGINT, 0 FROM several AS s
    UNION ALL (
        WITH agreed AS (
            SELECT s.node, min(coalesce(b.root, s.base)) AS root, min(s.steps + coalesce(b.steps, 0)) AS steps
            FROM several AS s
            JOIN recurring.merged AS m ON m.node = s.node AND m.root = m.node
            LEFT JOIN recurring.merged AS b ON b.node = s.base
            GROUP BY s.node
            HAVING min(coalesce(b.root, s.base)) = max(coalesce(b.root, s.base))
               AND min(coalesce(b.root, s.base)) <> s.node
        )
        SELECT m.node, a.root, m.steps + a.steps, (SELECT max(p.rounds) + 1 FROM merged AS p)
        FROM recurring.merged AS m
        JOIN agreed AS a ON a.node = m.root
        WHERE a.root NOT IN (SELECT g.node FROM agreed AS g) AND (SELECT max(p.rounds) FROM merged AS p) < 100
    )
), members AS MATERIALIZED (
    SELECT n.node, coalesce(m.root, e.base, s.base, n.node) AS root,
           CASE WHEN s.node IS NULL THEN 0 ELSE coalesce(e.steps, 0) + 1 END + coalesce(m.steps, 0) AS depth
    FROM (SELECT b.node FROM based AS b UNION SELECT l.base FROM links AS l WHERE l.base > 0) AS n
    LEFT JOIN single AS s ON s.node = n.node AND s.node NOT IN (SELECT r.node FROM loop_roots AS r)
    LEFT JOIN ended AS e ON e.node = s.base
    LEFT JOIN merged AS m ON m.node = coalesce(e.base, s.base, n.node)
), titles AS (
    SELECT m.root, r.id
    FROM (SELECT DISTINCT m.root FROM members AS m WHERE m.root > 0) AS m
    JOIN repo_attributes AS r ON r.entity_key = m.root
    JOIN newer AS w ON r.valid_from <= w.now_at AND (r.valid_to > w.now_at OR r.valid_to IS NULL)
    UNION ALL
    SELECT u.node, u.written FROM unseen AS u
)
SELECT e.entity_key, e.hub_id, r.id, CASE WHEN m.root > 0 THEN m.root END::INTEGER AS root_key, t.id AS root,
       CASE WHEN m.depth > 0 THEN r.base_relation END AS relation, m.depth
FROM members AS m
JOIN entities AS e ON e.entity_key = m.node
JOIN repo_attributes AS r ON r.entity_key = m.node
JOIN newer AS w ON r.valid_from <= w.now_at AND (r.valid_to > w.now_at OR r.valid_to IS NULL)
JOIN titles AS t ON t.root = m.root;
