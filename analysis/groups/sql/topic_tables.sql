-- Empty tables for the sums of gains and the votes of owners per topic.
-- reads: two_weeks_of, topic_sums_of, topic_votes_of
-- writes: topic_sums, topic_votes
-- parameters: -
CREATE OR REPLACE TEMP TABLE topic_sums AS
WITH weeks AS (
    SELECT w.* FROM two_weeks('model', as_of := '-infinity'::TIMESTAMPTZ) AS w
), members AS (
    SELECT NULL::VARCHAR AS topic, 0 AS entity_key, true AS at_now, true AS at_before
)
FROM topic_sums_of('weeks', 'members') LIMIT 0;

CREATE OR REPLACE TEMP TABLE topic_votes (
    label VARCHAR, evidence VARCHAR, owner VARCHAR, entity_key INTEGER, is_up BOOLEAN, weight BIGINT, expected BIGINT
);
