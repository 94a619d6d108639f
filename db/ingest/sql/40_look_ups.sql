-- Add the numbers from look-ups to the observations, and count their requests.
-- reads: entities
-- writes: observations, coverage, snapshots
-- parameters: kind, snapshot_id, hub_ids, total_models, total_datasets, total_spaces, used_storage, requests, finished_at
CREATE OR REPLACE TEMP TABLE answered AS
SELECT e.entity_key, a.total_models, a.total_datasets, a.total_spaces, a.used_storage
FROM (
    SELECT unnest($hub_ids::VARCHAR[]) AS hub_id, unnest($total_models::BIGINT[]) AS total_models,
           unnest($total_datasets::BIGINT[]) AS total_datasets, unnest($total_spaces::BIGINT[]) AS total_spaces,
           unnest($used_storage::BIGINT[]) AS used_storage
) AS a
JOIN entities AS e ON e.kind = $kind AND e.hub_id = a.hub_id;

UPDATE observations
SET total_models = a.total_models, total_datasets = a.total_datasets, total_spaces = a.total_spaces,
    used_storage = a.used_storage
FROM answered AS a
WHERE observations.snapshot_id = $snapshot_id AND observations.entity_key = a.entity_key;

UPDATE coverage SET carried = h.carried
FROM (
    UNPIVOT (
        SELECT count(o.total_models) AS total_models, count(o.total_datasets) AS total_datasets,
               count(o.total_spaces) AS total_spaces, count(o.used_storage) AS used_storage
        FROM observations AS o
        WHERE o.snapshot_id = $snapshot_id
    ) ON COLUMNS(*) INTO NAME field VALUE carried
) AS h
WHERE coverage.snapshot_id = $snapshot_id AND coverage.source = 'store' AND coverage.field = h.field;

UPDATE snapshots SET requests = requests + $requests, finished_at = greatest(finished_at, $finished_at)
WHERE snapshot_id = $snapshot_id;
