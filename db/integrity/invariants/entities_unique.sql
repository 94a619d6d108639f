-- Every entity has a unique key, and a unique _id within its kind.
SELECT 'entity ' || entity_key AS broken FROM entities GROUP BY entity_key HAVING count(*) > 1
UNION ALL
SELECT kind || ' ' || hub_id FROM entities GROUP BY kind, hub_id HAVING count(*) > 1
