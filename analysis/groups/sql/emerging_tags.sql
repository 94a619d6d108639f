-- The tags of a kind that rise beyond chance, the most certain first.
-- reads: group_weeks, group_votes, tag_votes_of, rising_of, emerging_tags_of
-- writes: tag_votes, tag_evidence
-- parameters: now_at
CREATE OR REPLACE TEMP TABLE tag_votes AS
FROM tag_votes_of('group_votes', $now_at::TIMESTAMPTZ);

CREATE OR REPLACE TEMP TABLE tag_evidence AS
FROM rising_of('tag_votes');

FROM emerging_tags_of('group_weeks', 'tag_votes', 'tag_evidence') AS e
ORDER BY e.p_value, e.tag;
