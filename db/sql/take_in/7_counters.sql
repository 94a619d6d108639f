-- All-time counters that stand lower than when the thing was last seen.
CREATE OR REPLACE TEMP TABLE counted AS
SELECT k.entity_key, k.id, o.downloads_all_time AS before, k.downloads_all_time AS after
FROM keyed AS k
JOIN observations AS o ON o.snapshot_id = k.seen_before AND o.entity_key = k.entity_key
WHERE o.downloads_all_time > 0 AND k.downloads_all_time IS NOT NULL;

INSERT INTO events
WITH fallen AS (
    SELECT *, count(*) OVER () AS many, (SELECT count(*) FROM counted) AS compared FROM counted WHERE after < before
)
SELECT 'rollback', $kind, NULL, NULL, $snapshot_id, $observed_at, NULL, NULL,
       format('{{}} of {{}} all-time counters fell', any_value(many), any_value(compared))
FROM fallen
HAVING count(*) >= $rollback_least AND count(*) > $rollback_share * any_value(compared)
UNION ALL
SELECT 'revised', $kind, entity_key, id, $snapshot_id, $observed_at, before::VARCHAR, after::VARCHAR,
       'all-time downloads fell'
FROM fallen
WHERE NOT (many >= $rollback_least AND many > $rollback_share * compared);
