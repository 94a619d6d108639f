-- The entities that these snapshots show.
-- reads: undone, observations
-- writes: affected
CREATE OR REPLACE TEMP TABLE affected AS
SELECT DISTINCT o.entity_key FROM observations AS o JOIN undone AS u ON u.snapshot_id = o.snapshot_id;
