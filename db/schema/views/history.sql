-- Numbers, names and links over time.

CREATE OR REPLACE VIEW model_history AS
SELECT e.id, e.hub_id, s.observed_at, o.downloads, o.downloads_all_time, o.likes, o.trending_score, o.used_storage,
       o.rank, s.scope, s.complete, s.stale, s.origin, o.snapshot_id, o.entity_key
FROM plausible_observations AS o JOIN snapshots AS s USING (snapshot_id) JOIN entities AS e USING (entity_key)
WHERE s.kind = 'model';

CREATE OR REPLACE VIEW dataset_history AS
SELECT e.id, e.hub_id, s.observed_at, o.downloads, o.downloads_all_time, o.likes, o.trending_score, o.used_storage,
       o.rank, s.scope, s.complete, s.stale, s.origin, o.snapshot_id, o.entity_key
FROM plausible_observations AS o JOIN snapshots AS s USING (snapshot_id) JOIN entities AS e USING (entity_key)
WHERE s.kind = 'dataset';

CREATE OR REPLACE VIEW space_history AS
SELECT e.id, e.hub_id, s.observed_at, o.likes, o.trending_score, o.rank,
       s.scope, s.complete, s.origin, o.snapshot_id, o.entity_key
FROM plausible_observations AS o JOIN snapshots AS s USING (snapshot_id) JOIN entities AS e USING (entity_key)
WHERE s.kind = 'space';

CREATE OR REPLACE VIEW paper_history AS
SELECT e.id, e.hub_id, s.observed_at, o.upvotes, o.comments, o.github_stars, o.total_models, o.total_datasets,
       o.total_spaces, o.rank, s.complete, s.origin, o.snapshot_id, o.entity_key
FROM plausible_observations AS o JOIN snapshots AS s USING (snapshot_id) JOIN entities AS e USING (entity_key)
WHERE s.kind = 'paper';

CREATE OR REPLACE VIEW article_history AS
SELECT e.id, e.hub_id, s.observed_at, o.upvotes, o.upvotes_7d, o.rank,
       s.complete, s.origin, o.snapshot_id, o.entity_key
FROM plausible_observations AS o JOIN snapshots AS s USING (snapshot_id) JOIN entities AS e USING (entity_key)
WHERE s.kind = 'article';

-- The names of an entity and when each was valid: one row per version of its attributes.
CREATE OR REPLACE VIEW names AS
SELECT entity_key, valid_from, valid_to, id FROM repo_attributes
UNION ALL SELECT entity_key, valid_from, valid_to, id FROM paper_attributes
UNION ALL SELECT entity_key, valid_from, valid_to, id FROM article_attributes;

-- Links from one entity to another, from current tags. to_key is NULL if this file has never seen the target. If several
-- entities have had the name, the target is the one seen last.
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

-- Return all numbers of an entity, by any of its names or by its Hub id, oldest first. The parameter is not called
-- id because DuckDB would read that as a column in the subquery.
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
