-- The attributes that each snapshot of the kind states.
-- writes: stating
-- parameters: stating_ids, stated
CREATE OR REPLACE TEMP TABLE stating AS
SELECT unnest($stating_ids::INTEGER[]) AS snapshot_id, unnest($stated::VARCHAR[][], max_depth := 1) AS stated;
