-- Entities whose facts are new or have another fingerprint than those in force; facts that came from an archive have none,
-- so there it is doubtful.
CREATE OR REPLACE TEMP TABLE changed AS
SELECT s.entity_key, s.place, s.fingerprint, f.entity_key IS NOT NULL AND f.fingerprint IS NULL AS doubtful
FROM sighted AS s
LEFT JOIN (SELECT entity_key, fingerprint FROM {table} WHERE valid_to IS NULL) AS f ON f.entity_key = s.entity_key
WHERE f.fingerprint IS DISTINCT FROM s.fingerprint;
