-- Record all-time counters below their previous value: one rollback if many fell, else one revision per entity.
-- reads: counters_before, entities
-- writes: events
-- parameters: kind, snapshot_id, observed_at, rollback_min, rollback_share
INSERT INTO events
WITH fallen AS (
    SELECT *, count(*) OVER () AS many, (SELECT count(*) FROM counters_before) AS compared
    FROM counters_before
    WHERE after < before
)
SELECT 'rollback', $kind, NULL, NULL, $snapshot_id, $observed_at, NULL, NULL,
       any_value(many) || ' of ' || any_value(compared) || ' all-time counters fell'
FROM fallen
HAVING count(*) >= $rollback_min AND count(*) > $rollback_share * any_value(compared)
UNION ALL
SELECT 'revised', $kind, f.entity_key, e.id, $snapshot_id, $observed_at, f.before::VARCHAR, f.after::VARCHAR,
       'all-time downloads fell'
FROM fallen AS f JOIN entities AS e ON e.entity_key = f.entity_key
WHERE NOT (f.many >= $rollback_min AND f.many > $rollback_share * f.compared);
