-- Chosen changes with the attributes that held at the newer snapshot, in the given order.
-- reads: change, repo_attributes, paper_attributes, article_attributes
-- writes: -
-- parameters: keys, now_at
SELECT c.status, c.flags, c.age_days,
       c.hub_id, c.id, coalesce(p.title, t.title), coalesce(r.author, p.organization, t.organization), c.created_at,
       r.task, r.library, r.license, r.parameters, r.sdk,
       c.downloads_before, c.downloads_now, c.downloads_gain, c.likes_before, c.likes_now, c.likes_gain,
       c.upvotes_before, c.upvotes_now, c.upvotes_gain, c.rank_before, c.rank_now
FROM (SELECT unnest($keys::INTEGER[]) AS entity_key, generate_subscripts($keys::INTEGER[], 1) AS place) AS chosen
JOIN change AS c ON c.entity_key = chosen.entity_key
LEFT JOIN repo_attributes AS r ON r.entity_key = c.entity_key
     AND r.valid_from <= $now_at AND (r.valid_to > $now_at OR r.valid_to IS NULL)
LEFT JOIN paper_attributes AS p ON p.entity_key = c.entity_key
     AND p.valid_from <= $now_at AND (p.valid_to > $now_at OR p.valid_to IS NULL)
LEFT JOIN article_attributes AS t ON t.entity_key = c.entity_key
     AND t.valid_from <= $now_at AND (t.valid_to > $now_at OR t.valid_to IS NULL)
ORDER BY chosen.place;
