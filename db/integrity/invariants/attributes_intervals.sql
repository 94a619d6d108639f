-- The validity intervals of an entity's attributes have no gaps and no overlaps.
WITH intervals AS (
    SELECT entity_key, valid_from, valid_to,
           lead(valid_from) OVER (PARTITION BY entity_key ORDER BY valid_from, valid_to) AS next_from
    FROM names
)
SELECT 'entity ' || entity_key || ' from ' || strftime(valid_from AT TIME ZONE 'UTC', '%Y-%m-%d %H:%M:%SZ') AS broken
FROM intervals
WHERE valid_to <= valid_from OR (next_from IS NOT NULL AND valid_to IS DISTINCT FROM next_from)
