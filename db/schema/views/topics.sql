-- The topics of the table topic_rules, and the share of the week's gain of each.

-- Return the tokens of a name in lower case: org/Model_7B gives model and 7b. The owner is not part of the name; a
-- title, which has spaces, has no owner.
CREATE OR REPLACE MACRO name_tokens(name) AS
    string_split(replace(replace(replace(lower(name[CASE WHEN contains(name, ' ') THEN 1 ELSE strpos(name, '/') + 1 END:]),
                                         '_', '-'), '.', '-'), ' ', '-'), '-');

-- Return the tokens between dashes, so that a phrase of whole tokens can be found in them.
CREATE OR REPLACE MACRO name_phrase(name) AS '-' || array_to_string(name_tokens(name), '-') || '-';

-- Return the number of parameters that a name states, such as 7b, 270m or 1t.
CREATE OR REPLACE MACRO named_parameters(name) AS
    round(TRY_CAST(regexp_extract(lower(name), '(?:^|[-_/ ])([0-9]{1,4}(?:\.[0-9]{1,3})?)[bmt](?:$|[-_/ .])', 1) AS DOUBLE)
          * CASE regexp_extract(lower(name), '(?:^|[-_/ ])[0-9]{1,4}(?:\.[0-9]{1,3})?([bmt])(?:$|[-_/ .])', 1)
                WHEN 'm' THEN 1e6 WHEN 'b' THEN 1e9 WHEN 't' THEN 1e12 END)::BIGINT;

-- Return the entities of a kind that belong to a topic at either end of a week, one row per topic and entity.
-- Hash joins find the entities with a tag, a word or an owner of a rule; only these are compared with the limits of the
-- rule.
CREATE OR REPLACE MACRO topic_members(kind, now_at, before_at) AS TABLE
WITH rules AS MATERIALIZED (
    SELECT r.*, len(r.tags) + len(r.words) + len(r.owners) = 0 AS by_limits,
           list_transform(r.without_words, lambda w: name_phrase(w)) AS refused
    FROM topic_rules AS r
    WHERE len(r.kinds) = 0 OR list_contains(r.kinds, known_kind(kind))
), rule_words AS MATERIALIZED (
    SELECT w.topic, name_tokens(w.word)[1] AS first_token, name_phrase(w.word) AS phrase
    FROM (SELECT r.topic, unnest(r.words) AS word FROM rules AS r) AS w
), hits AS MATERIALIZED (
    SELECT t.topic, a.entity_key, a.at_now
    FROM (SELECT v.entity_key, v.at_now, unnest(v.tags) AS tag FROM attributes_at(now_at, before_at) AS v) AS a
    JOIN (SELECT r.topic, unnest(r.tags) AS tag FROM rules AS r) AS t ON t.tag = a.tag
    UNION
    SELECT w.topic, a.entity_key, a.at_now
    FROM (SELECT v.entity_key, v.at_now, v.name, unnest(name_tokens(v.name)) AS token
          FROM attributes_at(now_at, before_at) AS v) AS a
    JOIN rule_words AS w ON w.first_token = a.token
    WHERE contains(name_phrase(a.name), w.phrase)
    UNION
    SELECT o.topic, a.entity_key, a.at_now
    FROM attributes_at(now_at, before_at) AS a
    JOIN (SELECT r.topic, unnest(r.owners) AS owner FROM rules AS r) AS o ON o.owner = lower(a.author)
    UNION
    SELECT l.topic, a.entity_key, a.at_now
    FROM attributes_at(now_at, before_at) AS a
    JOIN (SELECT r.topic, unnest(r.tasks) AS task FROM rules AS r WHERE r.by_limits) AS l ON l.task = a.task
    UNION
    SELECT r.topic, a.entity_key, a.at_now
    FROM attributes_at(now_at, before_at) AS a
    JOIN rules AS r ON r.by_limits AND len(r.tasks) = 0
)
SELECT r.topic, a.entity_key, bool_or(a.at_now) AS at_now, bool_or(a.at_before) AS at_before
FROM hits AS h
JOIN rules AS r ON r.topic = h.topic
JOIN entities AS e ON e.entity_key = h.entity_key AND e.kind = known_kind(kind)
JOIN attributes_at(now_at, before_at) AS a ON a.entity_key = h.entity_key AND a.at_now = h.at_now
WHERE (len(r.tasks) = 0 OR coalesce(list_contains(r.tasks, a.task), false))
  AND (len(r.refused) = 0 OR len(list_filter(r.refused, lambda p: contains(name_phrase(a.name), p))) = 0)
  AND (r.min_parameters IS NULL OR coalesce(a.parameters, named_parameters(a.name)) >= r.min_parameters)
  AND (r.max_parameters IS NULL OR coalesce(a.parameters, named_parameters(a.name)) <= r.max_parameters)
GROUP BY r.topic, a.entity_key;

-- Return one row per topic with the sums of its members in one kind, and one row without a topic for the whole kind.
-- Likes and upvotes are added here, because each is the vote of one person.
CREATE OR REPLACE MACRO topic_sums_of(source, members) AS TABLE
WITH placed AS (
    SELECT m.topic, s.id, s.is_now AND m.at_now AS counts_now, s.was_before AND m.at_before AS counted_before,
           s.downloads_gain, s.likes_gain, s.upvotes_gain, coalesce(s.likes_gain, s.upvotes_gain) AS votes_gain,
           s.downloads_gain_before, coalesce(s.likes_gain_before, s.upvotes_gain_before) AS votes_gain_before,
           coalesce(s.likes_now, s.upvotes_now, 0) AS votes_now, coalesce(s.downloads_now, 0) AS downloads_now
    FROM query_table(members) AS m
    JOIN query_table(source) AS s ON s.entity_key = m.entity_key
    UNION ALL
    SELECT NULL, NULL, s.is_now, s.was_before, s.downloads_gain, s.likes_gain, s.upvotes_gain,
           coalesce(s.likes_gain, s.upvotes_gain), s.downloads_gain_before,
           coalesce(s.likes_gain_before, s.upvotes_gain_before), NULL, NULL
    FROM query_table(source) AS s
)
SELECT p.topic, count(*) FILTER (p.counts_now) AS entities,
       sum(p.likes_gain) FILTER (p.counts_now) AS likes_gain, sum(p.upvotes_gain) FILTER (p.counts_now) AS upvotes_gain,
       sum(p.votes_gain) FILTER (p.counts_now) AS votes_gain, sum(p.downloads_gain) FILTER (p.counts_now) AS downloads_gain,
       sum(p.votes_gain_before) FILTER (p.counted_before) AS votes_gain_before,
       sum(p.downloads_gain_before) FILTER (p.counted_before) AS downloads_gain_before,
       min((-p.votes_gain, -p.votes_now, p.id), 3) FILTER (p.counts_now AND p.votes_gain > 0 AND p.topic IS NOT NULL) AS by_votes,
       min((-p.downloads_gain, -p.downloads_now, p.id), 3)
           FILTER (p.counts_now AND p.downloads_gain > 0 AND p.topic IS NOT NULL) AS by_downloads
FROM placed AS p
GROUP BY p.topic;

-- Merge the sums of several kinds and the evidence about their topics, both relations given by name.
CREATE OR REPLACE MACRO topics_of(sums, evidence) AS TABLE
WITH merged AS (
    SELECT s.topic, sum(s.entities) AS entities, sum(s.likes_gain) AS likes_gain, sum(s.upvotes_gain) AS upvotes_gain,
           sum(s.votes_gain) AS votes_gain, sum(s.downloads_gain) AS downloads_gain,
           sum(s.votes_gain_before) AS votes_gain_before, sum(s.downloads_gain_before) AS downloads_gain_before,
           list_sort(flatten(list(s.by_votes) FILTER (s.by_votes IS NOT NULL)))[:3] AS by_votes,
           list_sort(flatten(list(s.by_downloads) FILTER (s.by_downloads IS NOT NULL)))[:3] AS by_downloads
    FROM query_table(sums) AS s
    GROUP BY s.topic
), shared AS (
    SELECT r.topic, m.*, share_of(coalesce(m.votes_gain, 0), t.votes_gain) AS votes_share,
           share_of(coalesce(m.votes_gain_before, 0), t.votes_gain_before) AS votes_share_before,
           share_of(coalesce(m.downloads_gain, 0), t.downloads_gain) AS downloads_share,
           share_of(coalesce(m.downloads_gain_before, 0), t.downloads_gain_before) AS downloads_share_before
    FROM topic_rules AS r
    LEFT JOIN merged AS m ON m.topic = r.topic
    LEFT JOIN merged AS t ON t.topic IS NULL
), heated AS (
    SELECT s.*, round(100 * (s.votes_share - s.votes_share_before), 7) AS votes_points,
           round(100 * (s.downloads_share - s.downloads_share_before), 7) AS downloads_points,
           s.votes_share IS NULL AND s.downloads_share IS NOT NULL AS is_by_downloads
    FROM shared AS s
)
SELECT h.topic, bounded(coalesce(h.entities, 0)) AS entities, bounded(h.likes_gain) AS likes_gain,
       bounded(h.downloads_gain) AS downloads_gain,
       CASE WHEN h.is_by_downloads THEN h.downloads_share ELSE h.votes_share END AS gain_share,
       CASE WHEN h.is_by_downloads THEN h.downloads_points ELSE h.votes_points END AS change_points,
       round(greatest(100 * h.votes_share + coalesce(h.votes_points, 0),
                      100 * h.downloads_share + coalesce(h.downloads_points, 0)), 7) AS heat,
       list_transform(CASE WHEN h.is_by_downloads THEN h.by_downloads ELSE h.by_votes END, lambda l: l[3]) AS leading_entries,
       bounded(h.upvotes_gain) AS upvotes_gain, h.downloads_share, h.downloads_points AS downloads_change_points,
       coalesce(e.rising, false) AS rising, e.evidence, e.owners, e.owners_up, e.lift, e.p_value, e.tested
FROM heated AS h
LEFT JOIN query_table(evidence) AS e ON e.label = h.topic
ORDER BY heat DESC NULLS LAST, entities DESC, h.topic;

-- Return the votes of the members of topics in one kind, as rising_of reads them. Both relations are given by name.
CREATE OR REPLACE MACRO topic_votes_of(votes, members) AS TABLE
SELECT m.topic AS label, v.evidence, v.owner, v.entity_key, v.is_up, v.weight, v.expected
FROM query_table(members) AS m
JOIN query_table(votes) AS v ON v.entity_key = m.entity_key
WHERE m.at_now;

-- Return the topics with their gains in all kinds, the hottest first.
CREATE OR REPLACE MACRO topics(as_of := NULL, days := 7) AS TABLE
WITH model_pair AS MATERIALIZED (
    SELECT c.now_at, c.before_at FROM compared_snapshots('model', as_of := as_of, days := days) AS c
), model_weeks AS MATERIALIZED (
    SELECT w.* FROM two_weeks('model', as_of := as_of, days := days) AS w
), model_votes AS MATERIALIZED (
    SELECT v.* FROM owner_votes_of('model_weeks', (SELECT p.now_at FROM model_pair AS p), days) AS v
), model_members AS MATERIALIZED (
    SELECT m.* FROM topic_members('model', (SELECT p.now_at FROM model_pair AS p), (SELECT p.before_at FROM model_pair AS p)) AS m
), dataset_pair AS MATERIALIZED (
    SELECT c.now_at, c.before_at FROM compared_snapshots('dataset', as_of := as_of, days := days) AS c
), dataset_weeks AS MATERIALIZED (
    SELECT w.* FROM two_weeks('dataset', as_of := as_of, days := days) AS w
), dataset_votes AS MATERIALIZED (
    SELECT v.* FROM owner_votes_of('dataset_weeks', (SELECT p.now_at FROM dataset_pair AS p), days) AS v
), dataset_members AS MATERIALIZED (
    SELECT m.* FROM topic_members('dataset', (SELECT p.now_at FROM dataset_pair AS p), (SELECT p.before_at FROM dataset_pair AS p)) AS m
), space_pair AS MATERIALIZED (
    SELECT c.now_at, c.before_at FROM compared_snapshots('space', as_of := as_of, days := days) AS c
), space_weeks AS MATERIALIZED (
    SELECT w.* FROM two_weeks('space', as_of := as_of, days := days) AS w
), space_votes AS MATERIALIZED (
    SELECT v.* FROM owner_votes_of('space_weeks', (SELECT p.now_at FROM space_pair AS p), days) AS v
), space_members AS MATERIALIZED (
    SELECT m.* FROM topic_members('space', (SELECT p.now_at FROM space_pair AS p), (SELECT p.before_at FROM space_pair AS p)) AS m
), paper_pair AS MATERIALIZED (
    SELECT c.now_at, c.before_at FROM compared_snapshots('paper', as_of := as_of, days := days) AS c
), paper_weeks AS MATERIALIZED (
    SELECT w.* FROM two_weeks('paper', as_of := as_of, days := days) AS w
), paper_votes AS MATERIALIZED (
    SELECT v.* FROM owner_votes_of('paper_weeks', (SELECT p.now_at FROM paper_pair AS p), days) AS v
), paper_members AS MATERIALIZED (
    SELECT m.* FROM topic_members('paper', (SELECT p.now_at FROM paper_pair AS p), (SELECT p.before_at FROM paper_pair AS p)) AS m
), article_pair AS MATERIALIZED (
    SELECT c.now_at, c.before_at FROM compared_snapshots('article', as_of := as_of, days := days) AS c
), article_weeks AS MATERIALIZED (
    SELECT w.* FROM two_weeks('article', as_of := as_of, days := days) AS w
), article_votes AS MATERIALIZED (
    SELECT v.* FROM owner_votes_of('article_weeks', (SELECT p.now_at FROM article_pair AS p), days) AS v
), article_members AS MATERIALIZED (
    SELECT m.* FROM topic_members('article', (SELECT p.now_at FROM article_pair AS p), (SELECT p.before_at FROM article_pair AS p)) AS m
), topic_sums AS MATERIALIZED (
    FROM topic_sums_of('model_weeks', 'model_members')
    UNION ALL FROM topic_sums_of('dataset_weeks', 'dataset_members')
    UNION ALL FROM topic_sums_of('space_weeks', 'space_members')
    UNION ALL FROM topic_sums_of('paper_weeks', 'paper_members')
    UNION ALL FROM topic_sums_of('article_weeks', 'article_members')
), topic_votes AS MATERIALIZED (
    FROM topic_votes_of('model_votes', 'model_members')
    UNION ALL FROM topic_votes_of('dataset_votes', 'dataset_members')
    UNION ALL FROM topic_votes_of('space_votes', 'space_members')
    UNION ALL FROM topic_votes_of('paper_votes', 'paper_members')
    UNION ALL FROM topic_votes_of('article_votes', 'article_members')
), topic_evidence AS MATERIALIZED (
    SELECT r.* FROM rising_of('topic_votes') AS r
)
SELECT t.* FROM topics_of('topic_sums', 'topic_evidence') AS t ORDER BY t.heat DESC NULLS LAST, t.entities DESC, t.topic;
