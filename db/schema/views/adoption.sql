-- The citers of a paper, and the links of an entity in both directions.

-- Return the citations of papers by the entities of the newer snapshot, from the arxiv: tags valid then. The entities of the
-- kind are rows as those of two_weeks, in a relation given by its name.
-- A citation is new if the entity was created in the window, or if its tags at the earlier snapshot lacked the paper.
-- An older entity that only appears in a list is not a new citation.
CREATE OR REPLACE MACRO citations_of(source, kind, now_at, before_at) AS TABLE
WITH citing AS MATERIALIZED (
    SELECT f.entity_key, f.papers
    FROM repo_attributes AS f
    WHERE f.papers IS NOT NULL AND f.valid_from <= now_at AND (f.valid_to > now_at OR f.valid_to IS NULL)
), former AS (
    SELECT f.entity_key, f.papers
    FROM repo_attributes AS f
    WHERE f.entity_key IN (SELECT c.entity_key FROM citing AS c)
      AND f.valid_from <= before_at AND (f.valid_to > before_at OR f.valid_to IS NULL)
), citers AS (
    SELECT s.*, unnest(c.papers) AS paper, o.entity_key IS NOT NULL AS was_seen, o.papers AS papers_before
    FROM query_table(source) AS s
    JOIN citing AS c ON c.entity_key = s.entity_key
    LEFT JOIN former AS o ON o.entity_key = s.entity_key
    WHERE s.is_now
)
SELECT c.paper, known_kind(kind) AS kind, c.id, e.hub_id, c.entity_key,
       CASE WHEN before_at IS NOT NULL
            THEN coalesce(c.created_at > before_at, false)
                 OR (c.was_seen AND NOT list_contains(coalesce(c.papers_before, []), c.paper)) END AS is_new,
       c.likes_gain, c.downloads_gain
FROM citers AS c
JOIN entities AS e ON e.entity_key = c.entity_key;

-- Return every citation of a paper by an entity of the kind in the newer snapshot.
CREATE OR REPLACE MACRO citations(kind, as_of := NULL, days := 7) AS TABLE
WITH citing_pair AS MATERIALIZED (
    SELECT c.now_at, c.before_at FROM compared_snapshots(kind, as_of := as_of, days := days) AS c
), citing_changes AS (
    SELECT w.entity_key, w.id, w.status NOT IN ('left', 'below now') AS is_now, e.created_at, w.likes_gain, w.downloads_gain
    FROM week_over_week(kind, as_of := as_of, days := days) AS w
    JOIN entities AS e ON e.entity_key = w.entity_key
)
FROM citations_of('citing_changes', kind, (SELECT p.now_at FROM citing_pair AS p), (SELECT p.before_at FROM citing_pair AS p));

-- Return whether citations of the paper are meaningless: the Hub's template of model cards cites 1910.09700, and
-- 0000.00000 is a placeholder.
CREATE OR REPLACE MACRO is_template_paper(id) AS id IN ('1910.09700', '0000.00000');

-- Return the adoption of every paper that is shown or cited, from relations given by their names: citations of all kinds, and
-- the changes of papers, rows as those of week_over_week. Titles and totals are those of the moment.
-- The order is by the number of owners of new citers, because one owner can upload many copies. Template papers come last.
CREATE OR REPLACE MACRO adoption_of(citers, papers, moment) AS TABLE
WITH cited AS MATERIALIZED (
    SELECT c.paper,
           count(*) FILTER (c.kind = 'model') AS models, count(*) FILTER (c.kind = 'dataset') AS datasets,
           count(*) FILTER (c.kind = 'space') AS spaces,
           count(*) FILTER (c.is_new AND c.kind = 'model') AS new_models,
           count(*) FILTER (c.is_new AND c.kind = 'dataset') AS new_datasets,
           count(*) FILTER (c.is_new AND c.kind = 'space') AS new_spaces,
           count(DISTINCT coalesce(owner_in(c.id), c.hub_id)) FILTER (c.is_new) AS new_owners, count(c.is_new) AS dated,
           count(*) FILTER (c.is_new) AS new_citers, count(*) AS citers,
           sum(c.likes_gain) AS likes_gain, sum(c.downloads_gain) AS downloads_gain, count(c.likes_gain) AS compared,
           min((-c.likes_gain, c.kind, c.id, c.hub_id, c.likes_gain, c.downloads_gain), 3) FILTER (c.likes_gain > 0) AS largest
    FROM query_table(citers) AS c
    GROUP BY c.paper
), looked_up AS (
    SELECT o.entity_key, arg_max({'models': o.total_models, 'datasets': o.total_datasets, 'spaces': o.total_spaces,
                                  'at': s.observed_at}, (s.observed_at, s.snapshot_id)) AS total
    FROM plausible_observations AS o
    JOIN snapshots AS s ON s.snapshot_id = o.snapshot_id
    WHERE s.kind = 'paper' AND s.observed_at <= moment
      AND coalesce(o.total_models, o.total_datasets, o.total_spaces) IS NOT NULL
    GROUP BY o.entity_key
), named AS (
    SELECT p.entity_key, p.title, p.organization
    FROM paper_attributes AS p
    WHERE p.valid_from <= moment AND (p.valid_to > moment OR p.valid_to IS NULL)
), shown AS (
    SELECT w.id FROM query_table(papers) AS w
    UNION SELECT c.paper FROM cited AS c
)
SELECT row_number() OVER (
           ORDER BY is_template_paper(s.id), c.new_owners DESC NULLS LAST, c.new_citers DESC NULLS LAST,
                    c.likes_gain DESC NULLS LAST, c.citers DESC NULLS LAST, w.upvotes_gain DESC NULLS LAST, s.id
       ) AS place,
       s.id, f.title, f.organization,
       coalesce(c.models, 0) AS models, coalesce(c.datasets, 0) AS datasets, coalesce(c.spaces, 0) AS spaces,
       coalesce(c.citers, 0) AS citers,
       CASE WHEN c.citers > 0 AND c.dated = 0 THEN NULL ELSE coalesce(c.new_models, 0) END AS new_models,
       CASE WHEN c.citers > 0 AND c.dated = 0 THEN NULL ELSE coalesce(c.new_datasets, 0) END AS new_datasets,
       CASE WHEN c.citers > 0 AND c.dated = 0 THEN NULL ELSE coalesce(c.new_spaces, 0) END AS new_spaces,
       CASE WHEN c.citers > 0 AND c.dated = 0 THEN NULL ELSE coalesce(c.new_citers, 0) END AS new_citers,
       CASE WHEN c.citers > 0 AND c.dated = 0 THEN NULL ELSE coalesce(c.new_owners, 0) END AS new_owners,
       bounded(c.likes_gain) AS likes_gain, bounded(c.downloads_gain) AS downloads_gain, coalesce(c.compared, 0) AS compared,
       w.upvotes_now, w.upvotes_gain,
       l.total.models AS total_models, l.total.datasets AS total_datasets, l.total.spaces AS total_spaces,
       l.total.at AS totals_at,
       list_transform(coalesce(c.largest, []), lambda m: {'kind': m[2], 'id': m[3], 'likes_gain': m[5],
                                                          'downloads_gain': m[6]}) AS largest,
       e.entity_key
FROM shown AS s
LEFT JOIN cited AS c ON c.paper = s.id
LEFT JOIN entities AS e ON e.kind = 'paper' AND e.hub_id = s.id
LEFT JOIN named AS f ON f.entity_key = e.entity_key
LEFT JOIN looked_up AS l ON l.entity_key = e.entity_key
LEFT JOIN query_table(papers) AS w ON w.entity_key = e.entity_key
ORDER BY place;

-- Return the adoption of every paper that the compared snapshots show or cite.
CREATE OR REPLACE MACRO adoption(as_of := NULL, days := 7) AS TABLE
WITH all_citations AS MATERIALIZED (
    SELECT * FROM citations('model', as_of := as_of, days := days)
    UNION ALL SELECT * FROM citations('dataset', as_of := as_of, days := days)
    UNION ALL SELECT * FROM citations('space', as_of := as_of, days := days)
), paper_changes AS MATERIALIZED (
    SELECT w.* FROM week_over_week('paper', as_of := as_of, days := days) AS w
), papers_at AS MATERIALIZED (
    SELECT coalesce(c.now_at, moment_of(as_of)) AS moment FROM compared_snapshots('paper', as_of := as_of, days := days) AS c
)
SELECT a.*
FROM adoption_of('all_citations', 'paper_changes', (SELECT p.moment FROM papers_at AS p)) AS a
ORDER BY a.place;

-- Return the current links of an entity in both directions, by any of its names or by its Hub id.
CREATE OR REPLACE MACRO linked(entity) AS TABLE
WITH keys AS (
    SELECT n.entity_key FROM names AS n WHERE n.id = entity
    UNION SELECT h.entity_key FROM entities AS h WHERE h.hub_id = entity
)
SELECT 'to' AS direction, l.relation, l.detail, l.to_kind AS kind, l.to_id AS id, l.to_key AS entity_key
FROM links AS l
WHERE l.from_key IN (SELECT k.entity_key FROM keys AS k)
UNION ALL
SELECT 'from', l.relation, l.detail, l.from_kind, l.from_id, l.from_key
FROM links AS l
WHERE l.to_key IN (SELECT k.entity_key FROM keys AS k) OR (l.to_key IS NULL AND l.to_id = entity)
ORDER BY direction, relation, kind, id, entity_key;
