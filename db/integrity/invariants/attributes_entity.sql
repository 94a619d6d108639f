-- Every attribute row belongs to an existing entity of a kind that the table stores.
WITH attributes AS (
    SELECT entity_key, ['model', 'dataset', 'space'] AS kinds FROM repo_attributes
    UNION ALL
    SELECT entity_key, ['paper'] FROM paper_attributes
    UNION ALL
    SELECT entity_key, ['article'] FROM article_attributes
)
SELECT DISTINCT 'entity ' || f.entity_key AS broken
FROM attributes AS f
LEFT JOIN entities AS e ON e.entity_key = f.entity_key
WHERE e.kind IS NULL OR NOT list_contains(f.kinds, e.kind)
