-- Find entities whose attributes are new or differ by fingerprint from the current ones. Current attributes without a
-- fingerprint, such as imported ones, are compared by value in the next step.
-- reads: sightings, the attribute table of the kind
-- writes: changed
-- parameters: none
CREATE OR REPLACE TEMP TABLE changed AS
SELECT s.entity_key, s.place, s.fingerprint, f.entity_key IS NOT NULL AND f.fingerprint IS NULL AS is_unfingerprinted
FROM sightings AS s
LEFT JOIN (SELECT entity_key, fingerprint FROM {table} WHERE valid_to IS NULL) AS f ON f.entity_key = s.entity_key
WHERE f.fingerprint IS DISTINCT FROM s.fingerprint;
