-- An entity has a key of its own, and one _id of a kind is one entity.
SELECT 'entity ' || entity_key AS broken FROM entities GROUP BY entity_key HAVING count(*) > 1
UNION ALL
SELECT kind || ' ' || hub_id FROM entities GROUP BY kind, hub_id HAVING count(*) > 1
