-- What chosen entities gained.
SELECT c.hub_id, c.{gain} FROM change AS c WHERE c.hub_id IN (SELECT unnest($hub_ids::VARCHAR[]));
