-- Families of models that rise beyond chance.

-- Return the families in which more owners than chance explains gained more than in the week before, or published more,
-- from a relation of two weeks and the rows of family_roots, given by their names. The votes and the test are those of
-- emerging_tags, with the family in the place of the tag.
CREATE OR REPLACE MACRO rising_families_of(source, roots, now_at, days) AS TABLE
WITH family_votes AS MATERIALIZED (
    SELECT coalesce(f.root_key::VARCHAR, '/' || lower(f.root)) AS label, f.root, f.root_key, v.evidence, v.entity_key,
           v.is_up, v.weight, v.expected, coalesce(a.author, v.entity_key::VARCHAR) AS owner
    FROM rise_votes_of(source, now_at, days) AS v
    JOIN query_table(roots) AS f ON f.entity_key = v.entity_key
    JOIN repo_attributes AS a ON a.entity_key = v.entity_key
    WHERE a.valid_from <= now_at AND (a.valid_to > now_at OR a.valid_to IS NULL)
)
SELECT min(v.root) AS root, any_value(r.evidence) AS evidence, any_value(r.owners) AS owners,
       any_value(r.owners_up) AS owners_up, any_value(r.lift) AS lift, any_value(r.p_value) AS p_value,
       any_value(r.tested) AS tested, any_value(v.root_key) AS root_key
FROM rising_of('family_votes') AS r
JOIN family_votes AS v ON v.label = r.label
WHERE r.rising
GROUP BY r.label;

-- Return the families of models that rise, the most significant first.
CREATE OR REPLACE MACRO rising_families(as_of := NULL, days := 7) AS TABLE
WITH family_pair AS MATERIALIZED (
    SELECT c.now_at FROM compared_snapshots('model', as_of := as_of, days := days) AS c
), family_weeks AS MATERIALIZED (
    SELECT w.* FROM two_weeks('model', as_of := as_of, days := days) AS w
), roots_of_families AS (
    SELECT r.* FROM family_roots(as_of := as_of) AS r
)
SELECT r.*
FROM rising_families_of('family_weeks', 'roots_of_families', (SELECT p.now_at FROM family_pair AS p), days) AS r
ORDER BY r.p_value, r.root, r.root_key;
