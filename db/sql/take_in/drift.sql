-- A field of the Hub's own that no earlier snapshot had, a type that it never had, or one that is gone.
WITH seen AS (
    SELECT c.field, c.snapshot_id, unnest(string_split(c.type, '|')) AS type
    FROM coverage AS c JOIN snapshots AS s USING (snapshot_id)
    WHERE c.kind = $kind AND c.source = 'hub' AND s.scope = $scope AND c.type IS NOT NULL
), before AS (
    SELECT max(snapshot_id) AS snapshot_id FROM seen
), came AS (
    SELECT unnest($fields::VARCHAR[]) AS field, unnest($types::VARCHAR[]) AS type
)
SELECT coalesce(n.field, b.field) AS field, n.type,
       CASE WHEN (SELECT snapshot_id FROM before) IS NULL THEN NULL
            WHEN n.field IS NULL THEN 'vanished'
            WHEN n.field NOT IN (SELECT field FROM seen) THEN 'new'
            WHEN EXISTS (SELECT 1 FROM (SELECT unnest(string_split(n.type, '|')) AS t)
                         WHERE t <> 'null' AND t NOT IN (SELECT s.type FROM seen AS s WHERE s.field = n.field))
            THEN 'changed' END AS drift
FROM came AS n
FULL JOIN (SELECT DISTINCT field FROM seen WHERE snapshot_id = (SELECT snapshot_id FROM before)) AS b
ON b.field = n.field
ORDER BY 1;
