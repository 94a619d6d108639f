-- Things whose facts are new or differ from those in force.
CREATE OR REPLACE TEMP TABLE changed AS
SELECT k.entity_key
FROM keyed AS k
LEFT JOIN {facts} AS f ON f.entity_key = k.entity_key AND f.valid_to IS NULL
WHERE f.entity_key IS NULL OR {differs};
