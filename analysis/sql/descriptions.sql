-- The attributes and look-up values that describe the given entities at a moment.
-- reads: entities, repo_attributes, names, plausible_observations, snapshots
-- writes: -
-- parameters: kind, hub_ids, now_at
WITH wanted AS (
    SELECT unnest($hub_ids::VARCHAR[]) AS hub_id, generate_subscripts($hub_ids::VARCHAR[], 1) AS place
), found AS (
    SELECT w.place, e.entity_key, e.hub_id, coalesce(n.id, e.id) AS id, r.parameters, r.context_length, r.papers, r.tags
    FROM wanted AS w
    JOIN entities AS e ON e.kind = $kind AND e.hub_id = w.hub_id
    LEFT JOIN names AS n ON n.entity_key = e.entity_key
         AND n.valid_from <= $now_at AND (n.valid_to > $now_at OR n.valid_to IS NULL)
    LEFT JOIN repo_attributes AS r ON r.entity_key = e.entity_key
         AND r.valid_from <= $now_at AND (r.valid_to > $now_at OR r.valid_to IS NULL)
), used AS (
    SELECT s.entity_key, unnest(CASE $kind WHEN 'model' THEN s.models WHEN 'dataset' THEN s.datasets END) AS id
    FROM repo_attributes AS s
    JOIN entities AS e ON e.entity_key = s.entity_key AND e.kind = 'space'
    WHERE s.valid_from <= $now_at AND (s.valid_to > $now_at OR s.valid_to IS NULL)
), users AS (
    SELECT u.id, count(DISTINCT u.entity_key) AS spaces
    FROM used AS u
    WHERE u.id IN (SELECT f.id FROM found AS f)
    GROUP BY u.id
), numbers AS (
    SELECT o.entity_key, arg_max({'total_models': o.total_models, 'total_datasets': o.total_datasets,
                                  'total_spaces': o.total_spaces, 'used_storage': o.used_storage,
                                  'at': s.observed_at}, (s.observed_at, s.snapshot_id)) AS newest
    FROM plausible_observations AS o
    JOIN snapshots AS s ON s.snapshot_id = o.snapshot_id
    WHERE o.entity_key IN (SELECT f.entity_key FROM found AS f) AND s.observed_at <= $now_at
      AND coalesce(o.total_models, o.total_datasets, o.total_spaces, o.used_storage) IS NOT NULL
    GROUP BY o.entity_key
)
SELECT $kind AS kind, f.id, f.hub_id,
       CASE WHEN $kind = 'model' THEN coalesce(f.parameters, parameters_from_name(f.id)) END AS parameters,
       CASE WHEN $kind <> 'model' THEN NULL WHEN f.parameters IS NOT NULL THEN 'files'
            WHEN parameters_from_name(f.id) IS NOT NULL THEN 'name' END AS parameters_from,
       f.context_length,
       CASE WHEN $kind = 'dataset'
            THEN list_filter(f.tags, lambda tag: starts_with(tag, 'size_categories:'))[1][17:] END AS size_category,
       n.newest.used_storage AS used_storage, coalesce(f.papers, []) AS papers, coalesce(u.spaces, 0) AS spaces,
       n.newest.total_models AS total_models, n.newest.total_datasets AS total_datasets,
       n.newest.total_spaces AS total_spaces, n.newest.at AS looked_up_at
FROM found AS f
LEFT JOIN users AS u ON u.id = f.id
LEFT JOIN numbers AS n ON n.entity_key = f.entity_key
ORDER BY f.place;
