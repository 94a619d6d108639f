-- Which labels take another share of the week than of a usual one, and the entity that did most of it.
WITH labelled AS (
    SELECT s.entity_key, coalesce(r.{fact}, 'not stated') AS label,
           round(s.this)::BIGINT AS this, round(s.usual)::BIGINT AS usual
    FROM screened AS s
    JOIN repo_attributes AS r ON r.entity_key = s.entity_key
         AND r.valid_from <= $now_at AND (r.valid_to > $now_at OR r.valid_to IS NULL)
), totals AS (
    SELECT sum(l.this) AS this, sum(l.usual) AS usual FROM labelled AS l
), moved AS (
    SELECT l.label, sum(l.usual) / any_value(t.usual) AS before, sum(l.this) / any_value(t.this) AS now,
           arg_max(l.entity_key, (l.this - l.usual, -l.entity_key)) AS rose_most, max(l.this - l.usual) AS rose,
           arg_min(l.entity_key, (l.this - l.usual, l.entity_key)) AS fell_most, min(l.this - l.usual) AS fell,
           sum(l.this - l.usual) AS changed
    FROM labelled AS l, totals AS t
    WHERE t.this > 0 AND t.usual > 0
    GROUP BY l.label
)
SELECT m.label, round(m.before, 6), round(m.now, 6),
       CASE WHEN m.now > m.before THEN m.rose_most ELSE m.fell_most END AS contributor,
       CASE WHEN m.now > m.before THEN m.rose ELSE m.fell END::BIGINT AS contributed, m.changed
FROM moved AS m
WHERE abs(m.now - m.before) >= $least
ORDER BY abs(round(m.now - m.before, 6)) DESC, m.label
LIMIT $rows;
