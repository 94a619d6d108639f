-- Chosen changes with the facts of their entities that held at the newer snapshot, in the order they were chosen in.
SELECT c.entity_key, c.hub_id, c.id, coalesce(p.title, t.title), coalesce(r.author, p.organization, t.organization), c.created_at,
       r.task, r.library, r.license, r.parameters, r.sdk,
       c.{shown}_before, c.{shown}_now, c.{gain}, c.likes_now, c.downloads_now, c.upvotes_now,
       c.rank_before, c.rank_now, c.status, c.flags, c.age_days, c.likes_gain, c.upvotes_gain
FROM (SELECT unnest($keys::INTEGER[]) AS entity_key, generate_subscripts($keys::INTEGER[], 1) AS place) AS chosen
JOIN change AS c ON c.entity_key = chosen.entity_key
LEFT JOIN repo_attributes AS r ON r.entity_key = c.entity_key
     AND r.valid_from <= $now_at AND (r.valid_to > $now_at OR r.valid_to IS NULL)
LEFT JOIN paper_attributes AS p ON p.entity_key = c.entity_key
     AND p.valid_from <= $now_at AND (p.valid_to > $now_at OR p.valid_to IS NULL)
LEFT JOIN article_attributes AS t ON t.entity_key = c.entity_key
     AND t.valid_from <= $now_at AND (t.valid_to > $now_at OR t.valid_to IS NULL)
ORDER BY chosen.place;
