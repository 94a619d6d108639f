-- Record attribute changes of repositories as events. A licence change counts only if both sides have tags.
-- reads: previous_attributes, repo_attributes
-- writes: events
-- parameters: kind, snapshot_id, observed_at
INSERT INTO events
WITH moved AS (
    SELECT o.entity_key, o.id AS old_id, f.id, o.gated AS old_gated, f.gated, o.license AS old_license, f.license,
           o.disabled AS old_disabled, f.disabled, o.is_tagged AND f.tags IS NOT NULL AS both_tagged
    FROM previous_attributes AS o JOIN repo_attributes AS f ON f.entity_key = o.entity_key AND f.valid_to IS NULL
), happened AS (
    SELECT 'renamed' AS event, entity_key, id, old_id AS before, id AS after FROM moved WHERE old_id <> id
    UNION ALL
    SELECT CASE gated WHEN 'no' THEN 'ungated' ELSE 'gated' END, entity_key, id, old_gated, gated
    FROM moved WHERE old_gated <> gated
    UNION ALL
    SELECT 'relicensed', entity_key, id, old_license, license
    FROM moved WHERE old_license IS DISTINCT FROM license AND both_tagged
    UNION ALL
    SELECT 'disabled', entity_key, id, 'false', 'true' FROM moved WHERE disabled AND NOT old_disabled
)
SELECT event, $kind, entity_key, id, $snapshot_id, $observed_at, before, after, NULL
FROM happened
ORDER BY event, entity_key;
