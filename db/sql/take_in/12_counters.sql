-- All-time counters that stand lower than when the thing was last seen.
CREATE OR REPLACE TEMP TABLE counted AS
SELECT s.entity_key, b.downloads_all_time AS before, n.downloads_all_time AS after
FROM sighted AS s
JOIN observations AS n ON n.snapshot_id = $snapshot_id AND n.entity_key = s.entity_key
JOIN observations AS b ON b.snapshot_id = s.seen_before AND b.entity_key = s.entity_key
WHERE s.seen_before <> $snapshot_id AND b.downloads_all_time > 0 AND n.downloads_all_time IS NOT NULL;

INSERT INTO events
WITH fallen AS (
    SELECT *, count(*) OVER () AS many, (SELECT count(*) FROM counted) AS compared FROM counted WHERE after < before
)
SELECT 'rollback', $kind, NULL, NULL, $snapshot_id, $observed_at, NULL, NULL,
       format('{{}} of {{}} all-time counters fell', any_value(many), any_value(compared))
FROM fallen
HAVING count(*) >= $rollback_least AND count(*) > $rollback_share * any_value(compared)
UNION ALL
SELECT 'revised', $kind, f.entity_key, e.id, $snapshot_id, $observed_at, f.before::VARCHAR, f.after::VARCHAR,
       'all-time downloads fell'
FROM fallen AS f JOIN entities AS e ON e.entity_key = f.entity_key
WHERE NOT (f.many >= $rollback_least AND f.many > $rollback_share * f.compared);
