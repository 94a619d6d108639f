-- Entities that no other snapshot ever observed. If pruned snapshots also observed an entity, its first_seen is earlier or
-- its last_seen is later than this snapshot.
-- reads: entities, observed
-- writes: exclusive
-- parameters: observed_at
CREATE OR REPLACE TEMP TABLE exclusive AS
SELECT e.entity_key
FROM entities AS e
JOIN observed AS h ON h.entity_key = e.entity_key
WHERE h.first_at IS NULL AND e.first_seen = $observed_at AND e.last_seen = $observed_at;
