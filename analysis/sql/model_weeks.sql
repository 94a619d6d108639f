-- The gains of models in two weeks; the last statement returns when the snapshots of the newer week were observed.
-- reads: compared_snapshots, two_weeks
-- writes: model_weeks
-- parameters: as_of, days
CREATE OR REPLACE TEMP TABLE model_weeks AS FROM two_weeks('model', as_of := $as_of, days := $days);

SELECT c.now_at, c.before_at FROM compared_snapshots('model', as_of := $as_of, days := $days) AS c;
