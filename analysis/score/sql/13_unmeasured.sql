-- Entities that rose against a baseline week but have too few days for a score.
-- reads: examined, measured
-- writes: unmeasured
-- parameters: -
CREATE OR REPLACE TEMP TABLE unmeasured AS
SELECT e.entity_key
FROM examined AS e ANTI JOIN measured AS m ON m.entity_key = e.entity_key
WHERE e.direction = 1;
