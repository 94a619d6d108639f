-- The largest day of the week of chosen entities, and what of the week's gain fell on it.
SELECT d.entity_key, max_by(d.observed_at, (d.gain, -d.place)) AS observed_at, max(d.gain) AS gain, count(*) AS days
FROM daily AS d
WHERE d.observed_at > $before_at AND d.days <= 1.5 AND d.entity_key IN (SELECT unnest($keys::INTEGER[]))
GROUP BY d.entity_key;
