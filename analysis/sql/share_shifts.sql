-- Labels whose share of this week's gain differs from their share of the baseline week, with their main contributors.
-- reads: screened, repo_attributes
-- writes: -
-- parameters: now_at, min_shift, rows
WITH labelled AS (
    SELECT s.entity_key, coalesce(r.{attribute}, 'not stated') AS label,
           round(s.this_week)::BIGINT AS this_week, round(s.baseline)::BIGINT AS baseline
    FROM screened AS s
    JOIN repo_attributes AS r ON r.entity_key = s.entity_key
         AND r.valid_from <= $now_at AND (r.valid_to > $now_at OR r.valid_to IS NULL)
), totals AS (
    SELECT sum(l.this_week) AS this_week, sum(l.baseline) AS baseline FROM labelled AS l
), moved AS (
    SELECT l.label, sum(l.baseline) / any_value(t.baseline) AS before, sum(l.this_week) / any_value(t.this_week) AS now,
           arg_max(l.entity_key, (l.this_week - l.baseline, -l.entity_key)) AS rose_most, max(l.this_week - l.baseline) AS rose,
           arg_min(l.entity_key, (l.this_week - l.baseline, l.entity_key)) AS fell_most, min(l.this_week - l.baseline) AS fell,
           sum(l.this_week - l.baseline) AS changed
    FROM labelled AS l, totals AS t
    WHERE t.this_week > 0 AND t.baseline > 0
    GROUP BY l.label
)
SELECT m.label, round(m.before, 6), round(m.now, 6),
       CASE WHEN m.now > m.before THEN m.rose_most ELSE m.fell_most END AS contributor,
       CASE WHEN m.now > m.before THEN m.rose ELSE m.fell END::BIGINT AS contributed, m.changed
FROM moved AS m
WHERE abs(m.now - m.before) >= $min_shift
ORDER BY abs(round(m.now - m.before, 6)) DESC, m.label
LIMIT $rows;
