-- The rows of the walk under their keys, with what was known of each: first seen in this snapshot means new.
CREATE OR REPLACE TEMP TABLE keyed AS
SELECT e.entity_key, e.first_seen = $observed_at AND e.last_snapshot = $snapshot_id AS is_new,
       e.status AS status_before, e.last_snapshot AS seen_before, s.*
FROM staged AS s
JOIN entities AS e ON e.kind = $kind AND e.hub_id = s.hub_id;
