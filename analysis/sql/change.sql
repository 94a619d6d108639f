-- The changes of the week, as week_over_week returns them, each with the age of its entity at the newer snapshot.
-- A paper's age counts from its day on the daily list, since it gets no votes before. A time outside the calendar is NULL.
-- reads: week_over_week, entities, paper_attributes
-- writes: change
-- parameters: kind, as_of, now_at
CREATE OR REPLACE TEMP TABLE change AS
SELECT w.entity_key, w.id, w.hub_id, w.status, w.status NOT IN ('left', 'below now') AS is_now, w.flags,
       w.likes_before, w.likes_now, w.likes_gain,
       w.downloads_before, w.downloads_now, w.downloads_gain,
       w.upvotes_before, w.upvotes_now, w.upvotes_gain,
       w.rank_before, w.rank_now, e.created_at, e.first_seen,
       epoch($now_at::TIMESTAMPTZ - coalesce(p.submitted_at, e.created_at)) / 86400 AS age_days
FROM week_over_week($kind, as_of := $as_of) AS w
JOIN (
    SELECT n.entity_key, n.first_seen,
           CASE WHEN n.created_at BETWEEN '0001-01-02 00:00Z' AND '9999-12-30 00:00Z' THEN n.created_at END AS created_at
    FROM entities AS n
    WHERE n.kind = $kind
) AS e ON e.entity_key = w.entity_key
LEFT JOIN paper_attributes AS p ON p.entity_key = w.entity_key AND isfinite(p.submitted_at)
     AND p.valid_from <= $now_at AND (p.valid_to > $now_at OR p.valid_to IS NULL);
