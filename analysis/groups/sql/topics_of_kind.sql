-- The members of topics in one kind, with sums of gains and the votes of owners.
-- reads: group_weeks, group_votes, topic_members, topic_sums_of, topic_votes_of
-- writes: topic_entities; adds to topic_sums and topic_votes
-- parameters: kind, now_at, before_at
CREATE OR REPLACE TEMP TABLE topic_entities AS
FROM topic_members($kind, $now_at::TIMESTAMPTZ, $before_at::TIMESTAMPTZ);

INSERT INTO topic_sums FROM topic_sums_of('group_weeks', 'topic_entities');

INSERT INTO topic_votes FROM topic_votes_of('group_votes', 'topic_entities');
