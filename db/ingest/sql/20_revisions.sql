-- Record all-time counters below their previous value: one rollback if many fell, else one revision per entity.
-- reads: counted, entities
-- writes: events
-- parameters: kind, snapshot_id, observed_at, rollback_least, rollback_share
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
