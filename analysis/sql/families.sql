-- The roots, the changes and the families of the week; the last statement returns when the newer snapshot was observed.
-- reads: compared_snapshots, family_roots, two_weeks
-- writes: family_root, model_weeks, family
-- parameters: as_of, days
CREATE OR REPLACE TEMP TABLE family_root AS FROM family_roots(as_of := $as_of);

CREATE OR REPLACE TEMP TABLE model_weeks AS FROM two_weeks('model', as_of := $as_of, days := $days);

CREATE OR REPLACE TEMP TABLE family AS
WITH pair AS MATERIALIZED (
    SELECT c.now_at, coalesce(c.before_at, c.now_at - to_microseconds(CAST($days * 86400000000 AS BIGINT))) AS before_at
    FROM compared_snapshots('model', as_of := $as_of, days := $days) AS c
)
FROM families_of('model_weeks', 'family_root', (SELECT p.now_at FROM pair AS p), (SELECT p.before_at FROM pair AS p));

SELECT c.now_at FROM compared_snapshots('model', as_of := $as_of, days := $days) AS c;
