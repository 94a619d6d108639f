-- The gains of a kind in the week and in the week before, and what its facets compare. All groups of the kind share them.
-- reads: two_weeks_of, facet_entities_of, owner_votes_of
-- writes: group_weeks, group_entities, group_votes
-- parameters: kind, now_at, before_at
CREATE OR REPLACE TEMP TABLE group_weeks AS
FROM two_weeks_of('{change}', $kind, $before_at::TIMESTAMPTZ, 7);

CREATE OR REPLACE TEMP TABLE group_entities AS
FROM facet_entities_of('group_weeks', $kind, $now_at::TIMESTAMPTZ, $before_at::TIMESTAMPTZ);

CREATE OR REPLACE TEMP TABLE group_votes AS
FROM owner_votes_of('group_weeks', $now_at::TIMESTAMPTZ, 7);
