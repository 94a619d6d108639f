-- Things whose facts are new or differ from those in force, told by a hash: comparing the lists themselves would hold
-- both sides in memory.
CREATE OR REPLACE TEMP TABLE changed AS
SELECT s.entity_key, s.place
FROM sighted AS s
JOIN (SELECT place, hash({columns}) AS facts FROM read_parquet($files)) AS w ON w.place = s.place
LEFT JOIN (SELECT entity_key, hash({columns}) AS facts FROM {table} WHERE valid_to IS NULL) AS f
     ON f.entity_key = s.entity_key
WHERE f.facts IS DISTINCT FROM w.facts;
