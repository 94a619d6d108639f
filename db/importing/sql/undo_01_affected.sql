-- The snapshots that are taken back, the entities that they show, and every other sighting of these, with the attributes
-- that its snapshot states.
CREATE OR REPLACE TEMP TABLE undone AS
SELECT s.snapshot_id, s.observed_at FROM snapshots AS s WHERE s.snapshot_id IN (SELECT unnest($snapshot_ids::INTEGER[]));

CREATE OR REPLACE TEMP TABLE affected AS
SELECT DISTINCT o.entity_key FROM observations AS o JOIN undone AS u ON u.snapshot_id = o.snapshot_id;

CREATE OR REPLACE TEMP TABLE stating AS
SELECT unnest($stating_ids::INTEGER[]) AS snapshot_id, unnest($stated::VARCHAR[][], max_depth := 1) AS stated;

CREATE OR REPLACE TEMP TABLE sightings AS
SELECT o.entity_key, s.snapshot_id, s.observed_at, s.origin, t.stated,
       row(s.observed_at, s.origin = 'crawl', s.origin) AS standing
FROM observations AS o
JOIN affected AS a ON a.entity_key = o.entity_key
JOIN snapshots AS s ON s.snapshot_id = o.snapshot_id
JOIN stating AS t ON t.snapshot_id = o.snapshot_id
WHERE o.snapshot_id NOT IN (SELECT u.snapshot_id FROM undone AS u);
