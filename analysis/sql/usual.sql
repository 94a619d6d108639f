-- This week and the usual week of chosen entities.
SELECT s.entity_key, s.this, s.usual FROM screened AS s WHERE s.entity_key IN (SELECT unnest($keys::INTEGER[]));
