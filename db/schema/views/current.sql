-- Entities in their current state, with the numbers of their last sighting.

-- Return the word if it is a kind; else raise an error that lists the kinds.
CREATE OR REPLACE MACRO known_kind(word) AS
    CASE WHEN word IN ('model', 'dataset', 'space', 'paper', 'article') THEN word
         ELSE error('unknown kind ' || coalesce('''' || word || '''', 'NULL')
                    || ': write ''model'', ''dataset'', ''space'', ''paper'' or ''article''') END;

-- Observations with NULL for impossible numbers: negative counts, counts above 10^15 and scores that are not finite. A file
-- may hold such numbers from an older version or from manual changes; differences and sums of them would overflow and stop
-- every report. All views and macros read their numbers from this view.
CREATE OR REPLACE VIEW plausible_observations AS
SELECT o.snapshot_id, o.entity_key,
       CASE WHEN o.downloads BETWEEN 0 AND 1000000000000000 THEN o.downloads END AS downloads,
       CASE WHEN o.downloads_all_time BETWEEN 0 AND 1000000000000000 THEN o.downloads_all_time END AS downloads_all_time,
       CASE WHEN o.likes BETWEEN 0 AND 1000000000000000 THEN o.likes END AS likes,
       CASE WHEN isfinite(o.trending_score) THEN o.trending_score END AS trending_score,
       CASE WHEN o.upvotes BETWEEN 0 AND 1000000000000000 THEN o.upvotes END AS upvotes,
       CASE WHEN o.upvotes_7d BETWEEN 0 AND 1000000000000000 THEN o.upvotes_7d END AS upvotes_7d,
       CASE WHEN o.comments BETWEEN 0 AND 1000000000000000 THEN o.comments END AS comments,
       CASE WHEN o.github_stars BETWEEN 0 AND 1000000000000000 THEN o.github_stars END AS github_stars,
       CASE WHEN o.total_models BETWEEN 0 AND 1000000000000000 THEN o.total_models END AS total_models,
       CASE WHEN o.total_datasets BETWEEN 0 AND 1000000000000000 THEN o.total_datasets END AS total_datasets,
       CASE WHEN o.total_spaces BETWEEN 0 AND 1000000000000000 THEN o.total_spaces END AS total_spaces,
       CASE WHEN o.used_storage BETWEEN 0 AND 9000000000000000000 THEN o.used_storage END AS used_storage,
       CASE WHEN o.rank > 0 THEN o.rank END AS rank
FROM observations AS o;

-- The newest numbers of each entity that only a look-up gives, and when they were observed.
CREATE OR REPLACE VIEW looked_up AS
SELECT n.entity_key, n.newest.looked_up_at, n.newest.total_models, n.newest.total_datasets, n.newest.total_spaces,
       n.newest.used_storage
FROM (
    SELECT o.entity_key, arg_max({'looked_up_at': s.observed_at, 'total_models': o.total_models,
                                  'total_datasets': o.total_datasets, 'total_spaces': o.total_spaces,
                                  'used_storage': o.used_storage}, (s.observed_at, s.snapshot_id)) AS newest
    FROM plausible_observations AS o
    JOIN snapshots AS s ON s.snapshot_id = o.snapshot_id
    WHERE coalesce(o.total_models, o.total_datasets, o.total_spaces, o.used_storage) IS NOT NULL
    GROUP BY o.entity_key
) AS n;

CREATE OR REPLACE VIEW current_repos AS
SELECT e.kind, e.id, e.hub_id, f.author, o.downloads, o.downloads_all_time, o.likes, o.trending_score, o.rank,
       f.task, f.library, f.sdk, f.license, f.parameters, f.architecture, f.context_length, f.gated, f.disabled,
       f.languages, f.base_models, f.base_relation, f.base_ids, f.datasets, f.papers, f.models, f.tags,
       e.created_at, e.last_modified, e.first_seen, e.last_seen, e.status, e.entity_key
FROM entities AS e
JOIN repo_attributes AS f ON f.entity_key = e.entity_key AND f.valid_to IS NULL
LEFT JOIN plausible_observations AS o ON o.snapshot_id = e.last_snapshot AND o.entity_key = e.entity_key;

CREATE OR REPLACE VIEW models AS
SELECT id, hub_id, author, downloads, downloads_all_time, likes, trending_score, rank, task, library, license,
       parameters, architecture, context_length, gated, disabled, languages, base_models, base_relation,
       base_ids, datasets, papers, tags, created_at, last_modified, first_seen, last_seen, status, entity_key
FROM current_repos WHERE kind = 'model';

CREATE OR REPLACE VIEW datasets AS
SELECT id, hub_id, author, downloads, downloads_all_time, likes, trending_score, rank, license, gated, disabled,
       languages, papers, tags, created_at, last_modified, first_seen, last_seen, status, entity_key
FROM current_repos WHERE kind = 'dataset';

CREATE OR REPLACE VIEW spaces AS
SELECT id, hub_id, author, likes, trending_score, rank, sdk, license, disabled, models, datasets, papers, tags,
       created_at, last_modified, first_seen, last_seen, status, entity_key
FROM current_repos WHERE kind = 'space';

CREATE OR REPLACE VIEW papers AS
SELECT e.id, e.hub_id, f.title, o.upvotes, o.comments, o.github_stars, l.total_models, l.total_datasets, l.total_spaces,
       l.looked_up_at, o.rank, f.authors, f.organization, f.submitted_at, f.submitted_by, f.github_repo, f.project_page,
       f.keywords,
       e.created_at, e.first_seen, e.last_seen, e.status, e.entity_key
FROM entities AS e
JOIN paper_attributes AS f ON f.entity_key = e.entity_key AND f.valid_to IS NULL
LEFT JOIN plausible_observations AS o ON o.snapshot_id = e.last_snapshot AND o.entity_key = e.entity_key
LEFT JOIN looked_up AS l ON l.entity_key = e.entity_key
WHERE e.kind = 'paper';

CREATE OR REPLACE VIEW articles AS
SELECT e.id, e.hub_id, f.title, o.upvotes, o.upvotes_7d, o.rank, f.authors, f.organization, f.official, f.tags,
       e.created_at, e.first_seen, e.last_seen, e.status, e.entity_key
FROM entities AS e
JOIN article_attributes AS f ON f.entity_key = e.entity_key AND f.valid_to IS NULL
LEFT JOIN plausible_observations AS o ON o.snapshot_id = e.last_snapshot AND o.entity_key = e.entity_key
WHERE e.kind = 'article';
