-- Every entity has exactly one current attribute row.
WITH facts AS (
    SELECT entity_key, valid_to FROM repo_attributes
    UNION ALL
    SELECT entity_key, valid_to FROM paper_attributes
    UNION ALL
    SELECT entity_key, valid_to FROM article_attributes
)
SELECT 'entity ' || e.entity_key AS broken
FROM entities AS e
LEFT JOIN facts AS f ON f.entity_key = e.entity_key AND f.valid_to IS NULL
GROUP BY e.entity_key
HAVING count(f.entity_key) <> 1
