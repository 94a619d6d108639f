-- The changes of papers in the week; the last statement returns the moment that their titles and totals are read at.
-- reads: week_over_week, compared_snapshots
-- writes: week_papers
-- parameters: as_of
CREATE OR REPLACE TEMP TABLE week_papers AS
SELECT w.entity_key, w.id, w.upvotes_now, w.upvotes_gain FROM week_over_week('paper', as_of := $as_of) AS w;

SELECT coalesce(c.now_at, $as_of::TIMESTAMPTZ) FROM compared_snapshots('paper', as_of := $as_of) AS c;
