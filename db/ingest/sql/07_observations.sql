-- Insert the numbers of the slice.
-- reads: sighted
-- writes: observations
-- parameters: snapshot_id
INSERT INTO observations BY NAME
SELECT $snapshot_id AS snapshot_id, s.entity_key, {numbers}, s.rank
FROM sighted AS s
ORDER BY s.entity_key;
