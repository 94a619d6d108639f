-- The Hub's own ids of chosen entities.
SELECT c.entity_key, c.hub_id FROM change AS c WHERE c.entity_key IN (SELECT unnest($keys::INTEGER[]));
