-- List entities that need a direct look-up. Entities that are already missing or shown as private come first, then
-- those that this whole walk missed. Rejected items count as shown. Each row also has the number of newly missing and
-- of expected entities. The order within each part is pseudorandom per walk, so that entities without a clear answer do
-- not crowd out the others.
-- reads: entities, the spool
-- writes: nothing
-- parameters: files, kind, walk_id, whole, started_at, private, hub_ids, names, limit
WITH hidden AS (
    SELECT e.entity_key
    FROM entities AS e
    WHERE len($private::VARCHAR[]) > 0 AND e.kind = $kind
      AND left(sha256($walk_id || ' ' || e.hub_id), 16) IN (SELECT unnest($private::VARCHAR[]))
), expected AS (
    SELECT e.entity_key, e.hub_id, e.id, CASE WHEN h.entity_key IS NULL THEN e.status ELSE 'missing' END AS status
    FROM entities AS e
    LEFT JOIN hidden AS h ON h.entity_key = e.entity_key
    WHERE e.kind = $kind
      AND (e.status = 'missing'
           OR (e.status = 'listed'
               AND (h.entity_key IS NOT NULL OR ($whole AND coalesce(e.created_at, e.first_seen) < $started_at))))
), unseen AS (
    SELECT x.* FROM expected AS x
    ANTI JOIN (SELECT hub_id FROM read_parquet($files) UNION ALL SELECT unnest($hub_ids::VARCHAR[])) AS w
    ON w.hub_id = x.hub_id
    WHERE x.id NOT IN (SELECT unnest($names::VARCHAR[]))
)
SELECT u.hub_id, u.id,
       (SELECT count(*) FROM unseen AS n WHERE n.status = 'listed') AS newly_missing,
       (SELECT count(*) FROM expected AS n WHERE n.status = 'listed') AS listed
FROM unseen AS u
ORDER BY u.status = 'listed', hash(u.entity_key, $started_at::TIMESTAMPTZ), u.entity_key
LIMIT $limit;
