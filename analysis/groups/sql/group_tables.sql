-- What the kinds of a report add to: the sums and votes of topics, the sums of owners, the citations of papers.
-- reads: two_weeks, topic_sums_of, owner_sums_of, citations_of
-- writes: group_weeks, topic_sums, topic_votes, week_owners, week_citations
-- parameters: -
CREATE OR REPLACE TEMP TABLE group_weeks AS
SELECT w.* FROM two_weeks('model', as_of := '-infinity'::TIMESTAMPTZ) AS w;

CREATE OR REPLACE TEMP TABLE topic_sums AS
WITH members AS (
    SELECT NULL::VARCHAR AS topic, 0 AS entity_key, true AS at_now, true AS at_before
)
FROM topic_sums_of('group_weeks', 'members') LIMIT 0;

CREATE OR REPLACE TEMP TABLE topic_votes (
    label VARCHAR, evidence VARCHAR, owner VARCHAR, entity_key INTEGER, is_up BOOLEAN, weight BIGINT, expected BIGINT
);

CREATE OR REPLACE TEMP TABLE week_owners AS
FROM owner_sums_of('group_weeks', 'model', NULL::TIMESTAMPTZ, NULL::TIMESTAMPTZ);

CREATE OR REPLACE TEMP TABLE week_citations AS
FROM citations_of('group_weeks', 'model', NULL::TIMESTAMPTZ, NULL::TIMESTAMPTZ);
