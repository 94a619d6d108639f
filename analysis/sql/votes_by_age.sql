-- Upvotes of entities at the given ages, from the sighting nearest to each age within half a day. Without keys, the
-- quartiles over all entities of the kind.
-- reads: snapshots, plausible_observations, entities, paper_attributes
-- writes: -
-- parameters: kind, now_at, ages, keys (NULL for the quartiles)
WITH born AS (
    SELECT e.entity_key, coalesce(p.submitted_at, e.created_at) AS born
    FROM entities AS e
    LEFT JOIN paper_attributes AS p ON p.entity_key = e.entity_key
         AND p.valid_from <= $now_at AND (p.valid_to > $now_at OR p.valid_to IS NULL)
    WHERE e.kind = $kind AND ($keys::INTEGER[] IS NULL OR e.entity_key IN (SELECT unnest($keys::INTEGER[])))
), aged AS (
    SELECT o.entity_key, a.age, o.upvotes, abs(epoch(s.observed_at - b.born) / 86400 - a.age) AS distance, s.snapshot_id
    FROM snapshots AS s
    JOIN plausible_observations AS o ON o.snapshot_id = s.snapshot_id
    JOIN born AS b ON b.entity_key = o.entity_key AND isfinite(b.born),
    (SELECT unnest($ages::INTEGER[]) AS age) AS a
    WHERE s.kind = $kind AND s.observed_at <= $now_at AND abs(epoch(s.observed_at - b.born) / 86400 - a.age) <= 0.5
      AND o.upvotes IS NOT NULL
), nearest AS (
    SELECT a.entity_key, a.age, arg_min(a.upvotes, (a.distance, a.snapshot_id)) AS votes
    FROM aged AS a
    GROUP BY a.entity_key, a.age
)
SELECT CASE WHEN $keys::INTEGER[] IS NOT NULL THEN n.entity_key END AS entity_key, n.age,
       quantile_disc(n.votes, 0.25) AS lower, quantile_disc(n.votes, 0.5) AS median,
       quantile_disc(n.votes, 0.75) AS upper
FROM nearest AS n
GROUP BY ALL
ORDER BY ALL;
