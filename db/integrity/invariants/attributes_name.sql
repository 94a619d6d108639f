-- The name of an entity equals the name in its current attribute row.
WITH facts AS (
    SELECT entity_key, id FROM repo_attributes WHERE valid_to IS NULL
    UNION ALL
    SELECT entity_key, id FROM paper_attributes WHERE valid_to IS NULL
    UNION ALL
    SELECT entity_key, id FROM article_attributes WHERE valid_to IS NULL
)
SELECT 'entity ' || e.entity_key AS broken
FROM entities AS e
JOIN facts AS f ON f.entity_key = e.entity_key
WHERE f.id <> e.id
