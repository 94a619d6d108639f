-- The owners of one kind, and its citations of papers.
-- reads: group_weeks, owner_sums_of, citations_of
-- writes: adds to week_owners and week_citations
-- parameters: kind, now_at, before_at
INSERT INTO week_owners FROM owner_sums_of('group_weeks', $kind, $now_at::TIMESTAMPTZ, $before_at::TIMESTAMPTZ);

INSERT INTO week_citations FROM citations_of('group_weeks', $kind, $now_at::TIMESTAMPTZ, $before_at::TIMESTAMPTZ);
