-- Keep the previous attributes of changed repositories for the events.
-- reads: changed, repo_attributes
-- writes: previous_attributes
-- parameters: none
CREATE OR REPLACE TEMP TABLE previous_attributes AS
SELECT f.entity_key, f.id, f.gated, f.license, f.disabled, f.tags IS NOT NULL AS is_tagged
FROM changed AS c JOIN repo_attributes AS f ON f.entity_key = c.entity_key AND f.valid_to IS NULL;
