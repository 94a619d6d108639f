-- Repository events of crawls, compared without the undone snapshots.
-- reads: compared, rebuilt, observations, events
-- writes: events
-- parameters: kind
DELETE FROM events USING compared AS c
WHERE events.entity_key = c.entity_key AND events.snapshot_id = c.snapshot_id
  AND events.event IN ('renamed', 'gated', 'ungated', 'relicensed', 'disabled', 'revised');

INSERT INTO events
WITH before_and_after AS (
    SELECT c.entity_key, c.snapshot_id, c.observed_at, o.id AS old_id, f.id, o.gated AS old_gated, f.gated,
           o.license AS old_license, f.license, o.disabled AS old_disabled, f.disabled,
           o.tags IS NOT NULL AND f.tags IS NOT NULL AS both_tagged,
           b.downloads_all_time AS old_downloads, n.downloads_all_time AS downloads
    FROM compared AS c
    JOIN rebuilt AS f ON f.entity_key = c.entity_key
         AND f.valid_from <= c.observed_at AND coalesce(f.valid_to > c.observed_at, true)
    JOIN rebuilt AS o ON o.entity_key = c.entity_key
         AND o.valid_from <= c.before_at AND coalesce(o.valid_to > c.before_at, true)
    JOIN observations AS n ON n.snapshot_id = c.snapshot_id AND n.entity_key = c.entity_key
    JOIN observations AS b ON b.snapshot_id = c.before_snapshot AND b.entity_key = c.entity_key
), differences AS (
    SELECT 'renamed' AS event, *, old_id AS before, id AS after, NULL AS evidence FROM before_and_after WHERE old_id <> id
    UNION ALL
    SELECT CASE gated WHEN 'no' THEN 'ungated' ELSE 'gated' END, *, old_gated, gated, NULL FROM before_and_after WHERE old_gated <> gated
    UNION ALL
    SELECT 'relicensed', *, old_license, license, NULL FROM before_and_after WHERE old_license IS DISTINCT FROM license AND both_tagged
    UNION ALL
    SELECT 'disabled', *, 'false', 'true', NULL FROM before_and_after WHERE disabled AND NOT old_disabled
    UNION ALL
    SELECT 'revised', *, old_downloads::VARCHAR, downloads::VARCHAR, 'all-time downloads fell'
    FROM before_and_after
    WHERE old_downloads > downloads AND snapshot_id NOT IN (SELECT v.snapshot_id FROM events AS v WHERE v.event = 'rollback')
)
SELECT event, $kind, entity_key, id, snapshot_id, observed_at, before, after, evidence
FROM differences;
