-- The validity intervals of an entity's attributes have no gaps and no overlaps.
WITH facts AS (
    SELECT entity_key, valid_from, valid_to FROM repo_attributes
    UNION ALL
    SELECT entity_key, valid_from, valid_to FROM paper_attributes
    UNION ALL
    SELECT entity_key, valid_from, valid_to FROM article_attributes
), intervals AS (
    SELECT entity_key, valid_from, valid_to,
           lead(valid_from) OVER (PARTITION BY entity_key ORDER BY valid_from, valid_to) AS next_from
    FROM facts
)
SELECT 'entity ' || entity_key || ' from ' || strftime(valid_from AT TIME ZONE 'UTC', '%Y-%m-%d %H:%M:%SZ') AS broken
FROM intervals
WHERE valid_to <= valid_from OR (next_from IS NOT NULL AND valid_to IS DISTINCT FROM next_from)
