-- What happened to repositories since their facts were last written.
INSERT INTO events
WITH moved AS (
    SELECT k.entity_key, f.id AS old_id, k.id, f.gated AS old_gated, k.gated, f.license AS old_license, k.license,
           f.disabled AS old_disabled, k.disabled
    FROM changed AS c
    JOIN keyed AS k ON k.entity_key = c.entity_key
    JOIN repo_facts AS f ON f.entity_key = c.entity_key AND f.valid_to IS NULL
), happened AS (
    SELECT 'renamed' AS event, entity_key, id, old_id AS before, id AS after FROM moved WHERE old_id <> id
    UNION ALL
    SELECT CASE gated WHEN 'no' THEN 'ungated' ELSE 'gated' END, entity_key, id, old_gated, gated
    FROM moved WHERE old_gated <> gated
    UNION ALL
    SELECT 'relicensed', entity_key, id, old_license, license FROM moved WHERE old_license IS DISTINCT FROM license
    UNION ALL
    SELECT 'disabled', entity_key, id, 'false', 'true' FROM moved WHERE disabled AND NOT old_disabled
)
SELECT event, $kind, entity_key, id, $snapshot_id, $observed_at, before, after, NULL
FROM happened
ORDER BY event, entity_key;
