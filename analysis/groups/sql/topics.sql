-- The topics of all kinds, the hottest first.
-- reads: topic_sums, topic_votes, rising_of, topics_of
-- writes: topic_evidence
-- parameters: -
CREATE OR REPLACE TEMP TABLE topic_evidence AS
FROM rising_of('topic_votes');

FROM topics_of('topic_sums', 'topic_evidence') AS t
ORDER BY t.heat DESC NULLS LAST, t.entities DESC, t.topic;
