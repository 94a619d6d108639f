-- The gains of chosen entities in chosen weeks, and their places in the Hub's own order at the end of each.
-- A week without an earlier snapshot has places only.
-- reads: plausible_observations, entities
-- writes: -
-- parameters: kind, hub_ids, weeks, now_snapshots, before_snapshots (NULL where there is none)
WITH past AS (
    SELECT unnest($weeks::INTEGER[]) AS week, unnest($now_snapshots::INTEGER[]) AS now_snapshot,
           unnest($before_snapshots::INTEGER[]) AS before_snapshot
), counted AS MATERIALIZED (
    SELECT e.hub_id, o.snapshot_id, o.likes, o.downloads_all_time, o.upvotes, o.rank
    FROM plausible_observations AS o
    JOIN entities AS e ON e.entity_key = o.entity_key
    WHERE o.snapshot_id IN (SELECT unnest(list_concat($now_snapshots::INTEGER[], $before_snapshots::INTEGER[])))
      AND e.kind = $kind AND e.hub_id IN (SELECT unnest($hub_ids::VARCHAR[]))
)
SELECT n.hub_id, p.week, n.rank, n.downloads_all_time - b.downloads_all_time AS downloads_gain,
       n.likes - b.likes AS likes_gain, n.upvotes - b.upvotes AS upvotes_gain
FROM past AS p
JOIN counted AS n ON n.snapshot_id = p.now_snapshot
LEFT JOIN counted AS b ON b.snapshot_id = p.before_snapshot AND b.hub_id = n.hub_id
ORDER BY n.hub_id, p.week;
