-- Store the Hub's own fields with their JSON types, the number of lists whose first page had them, and their drift:
-- new       no earlier snapshot had the field, and the walk does not request it for the first time
-- changed   the field has a type that it never had; null does not count as a type
-- vanished  a complete walk lacks a field that all of the last five complete walks had. Fewer than three earlier walks
--           count only if every list of the last one had the field, because rare fields come and go by chance.
-- reads: coverage, snapshots
-- writes: coverage
-- parameters: snapshot_id, kind, scope, own_origin, fields, types, lists, all_lists, asked, whole
INSERT INTO coverage
WITH seen AS (
    SELECT c.field, c.snapshot_id, s.observed_at, s.complete, c.carried = c.records AS everywhere,
           list_filter(string_split(c.type, '|'), lambda t: t <> 'null') AS types
    FROM coverage AS c JOIN snapshots AS s USING (snapshot_id)
    WHERE c.kind = $kind AND c.source = 'hub' AND s.scope = $scope AND c.type IS NOT NULL
), last_five AS (
    SELECT DISTINCT snapshot_id, observed_at FROM seen WHERE complete ORDER BY observed_at DESC, snapshot_id DESC LIMIT 5
), steady AS (
    SELECT e.field
    FROM seen AS e JOIN last_five AS l ON l.snapshot_id = e.snapshot_id
    GROUP BY e.field
    HAVING count(*) = (SELECT count(*) FROM last_five) AND (count(*) >= 3 OR arg_max(e.everywhere, (e.observed_at, e.snapshot_id)))
), known AS (
    SELECT field, list_distinct(flatten(list(types))) AS types FROM seen GROUP BY field
), asked_before AS (
    SELECT unnest(from_json(json_extract(s.settings, '$.fields'), '["VARCHAR"]')) AS field
    FROM snapshots AS s
    WHERE s.kind = $kind AND s.scope = $scope AND s.origin = $own_origin
), came AS (
    SELECT unnest($fields::VARCHAR[]) AS field, unnest($types::VARCHAR[]) AS type, unnest($lists::INTEGER[]) AS lists
)
SELECT $snapshot_id, $kind, n.field, 'hub', n.lists, $all_lists, n.type,
       CASE WHEN NOT EXISTS (SELECT 1 FROM seen) THEN NULL
            WHEN n.field IN (SELECT unnest($asked::VARCHAR[]))
                 AND n.field NOT IN (SELECT field FROM asked_before) THEN NULL
            WHEN k.field IS NULL THEN 'new'
            WHEN len(k.types) > 0
                 AND NOT list_has_all(list_append(k.types, 'null'), string_split(n.type, '|')) THEN 'changed' END
FROM came AS n LEFT JOIN known AS k ON k.field = n.field
UNION ALL
SELECT $snapshot_id, $kind, s.field, 'hub', 0, $all_lists, NULL, 'vanished'
FROM steady AS s
WHERE $whole AND s.field NOT IN (SELECT field FROM came);
