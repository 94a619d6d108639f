-- The two snapshots of a kind that are compared.
SELECT p.now_snapshot, p.now_at, p.now_scope, p.before_snapshot, p.before_at, p.before_scope, p.basis, p.span_days,
       p.now_origin, p.before_origin, coalesce(p.now_doubtful, false) OR coalesce(p.before_doubtful, false),
       p.now_depths, p.before_depths
FROM compared_snapshots($kind, as_of := $as_of) AS p;
