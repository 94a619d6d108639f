-- Labels, such as tags and topics, whose share rose beyond chance.

-- Return the votes of entities on whether their labels rise, from a relation of two weeks given by its name.
-- new entities: one vote for each entity of the last four weeks; it is for a rise if the entity is of the last week.
-- downloads, likes, upvotes: one vote for each entity whose two gains differ and together reach 50 downloads or 5 likes or
-- upvotes; it is for a rise if the later gain is the larger one.
-- `expected` is the share of rises among entities of similar age and gain, in millionths. It differs between old and
-- new entities, and between large and small ones; without it every label of old entities would seem to rise.
CREATE OR REPLACE MACRO rise_votes_of(source, now_at, days) AS TABLE
WITH cast_votes AS MATERIALIZED (
    SELECT s.entity_key, 'new entities' AS evidence,
           s.created_at > now_at - to_microseconds(CAST(days * 86400000000 AS BIGINT)) AS is_up,
           -- a fixed draw: which entity of an owner votes depends neither on its age nor on its gain
           s.entity_key * 2654435761 % 4294967296 AS weight, 0 AS size, 0 AS age
    FROM query_table(source) AS s
    WHERE s.is_now AND s.created_at <= now_at
      AND s.created_at > now_at - to_microseconds(CAST(4 * days * 86400000000 AS BIGINT))
    UNION ALL
    SELECT g.entity_key, g.evidence, g.gain > g.gain_before, g.gain + g.gain_before,
           CAST(ceil(log2(g.gain + g.gain_before)) AS INTEGER),
           CASE WHEN g.created_at > now_at - INTERVAL 14 DAY THEN 1 WHEN g.created_at > now_at - INTERVAL 28 DAY THEN 2
                WHEN g.created_at > now_at - INTERVAL 60 DAY THEN 3 WHEN g.created_at > now_at - INTERVAL 365 DAY THEN 4
                ELSE 5 END
    FROM (
        SELECT s.entity_key, s.created_at, 'downloads' AS evidence, 50 AS least_gain, s.downloads_gain AS gain,
               s.downloads_gain_before AS gain_before
        FROM query_table(source) AS s
        UNION ALL
        SELECT s.entity_key, s.created_at, 'likes', 5, s.likes_gain, s.likes_gain_before FROM query_table(source) AS s
        UNION ALL
        SELECT s.entity_key, s.created_at, 'upvotes', 5, s.upvotes_gain, s.upvotes_gain_before FROM query_table(source) AS s
    ) AS g
    WHERE g.gain >= 0 AND g.gain_before >= 0 AND g.gain <> g.gain_before AND g.gain + g.gain_before >= g.least_gain
), alike AS (
    SELECT v.evidence, v.size, v.age, count(*) AS votes, count(*) FILTER (v.is_up) AS votes_up
    FROM cast_votes AS v
    GROUP BY v.evidence, v.size, v.age
), measured AS (
    SELECT a.evidence, a.size, a.age,
           (1000000 * a.votes_up + 5 * (1000000 * sum(a.votes_up) OVER every // sum(a.votes) OVER every))
           // (a.votes + 5) AS expected
    FROM alike AS a
    WINDOW every AS (PARTITION BY a.evidence)
)
SELECT v.entity_key, v.evidence, v.is_up, v.weight, CAST(m.expected AS BIGINT) AS expected
FROM cast_votes AS v
JOIN measured AS m ON m.evidence = v.evidence AND m.size = v.size AND m.age = v.age;

-- Return the same votes with the owner of each. If a kind has fewer than 20 owners, each entity counts as its own
-- owner, because a few owners cannot confirm each other.
CREATE OR REPLACE MACRO owner_votes_of(source, now_at, days) AS TABLE
WITH owned AS MATERIALIZED (
    SELECT v.*, a.author
    FROM rise_votes_of(source, now_at, days) AS v
    JOIN attributes_at(now_at, now_at) AS a ON a.entity_key = v.entity_key
)
SELECT v.entity_key, v.evidence, v.is_up, v.weight, v.expected,
       CASE WHEN (SELECT count(DISTINCT o.author) FROM owned AS o) >= 20 AND v.author IS NOT NULL THEN v.author
            ELSE CAST(v.entity_key AS VARCHAR) END AS owner
FROM owned AS v;

-- Test whether more owners vote for a rise of a label than chance explains. The relation, given by its name, has one row
-- per vote and label: label, evidence, owner, entity_key, is_up, weight, expected.
-- Each owner has one vote per label and kind of evidence: the vote of its entity with the largest weight. p_value is
-- Chernoff's upper bound of the probability of at least as many votes. A label rises if Benjamini and Hochberg's
-- procedure at 5 % accepts it and its odds are at least 1.5 times the expected ones. Labels with fewer than five voters
-- are not tested.
CREATE OR REPLACE MACRO rising_of(votes) AS TABLE
WITH owned AS (
    SELECT v.label, v.evidence, max((v.weight, v.entity_key, v.is_up, v.expected)) AS vote
    FROM query_table(votes) AS v
    GROUP BY v.label, v.evidence, v.owner
), counted AS (
    SELECT o.label, o.evidence, count(*) AS owners, count(*) FILTER (o.vote[3]) AS owners_up,
           least(greatest(sum(o.vote[4]) / (1000000.0 * count(*)), 0.000001), 0.999999)::DOUBLE AS expected
    FROM owned AS o
    GROUP BY o.label, o.evidence
    HAVING count(*) >= 5
), measured AS (
    SELECT c.*, c.owners_up / c.owners AS observed,
           (c.owners_up + 0.5) * (1 - c.expected) / ((c.owners - c.owners_up + 0.5) * c.expected) AS lift
    FROM counted AS c
), tested AS (
    SELECT m.*, CASE WHEN m.observed <= m.expected THEN 1.0 ELSE exp(-m.owners * (
                    m.observed * ln(m.observed / m.expected)
                    + CASE WHEN m.observed < 1 THEN (1 - m.observed) * ln((1 - m.observed) / (1 - m.expected)) ELSE 0 END))
                END AS p_value,
           count(*) OVER () AS tested
    FROM measured AS m
), accepted AS (
    SELECT t.*, row_number() OVER (ORDER BY t.p_value, t.label, t.evidence) AS place
    FROM tested AS t
), judged AS (
    SELECT a.*, a.p_value <= max(CASE WHEN a.p_value <= 0.05 * a.place / a.tested THEN a.p_value END) OVER ()
                AND a.lift >= 1.5 AS rising
    FROM accepted AS a
)
SELECT j.label, coalesce(bool_or(j.rising), false) AS rising,
       list(j.evidence ORDER BY j.p_value, j.evidence) FILTER (j.rising) AS evidence,
       arg_min(j.owners, j.place) AS owners, arg_min(j.owners_up, j.place) AS owners_up,
       round(arg_min(j.lift, j.place), 4) AS lift, min(j.p_value) AS p_value, any_value(j.tested) AS tested
FROM judged AS j
GROUP BY j.label;

-- Return whether a tag is set by people; the Hub sets those with a prefix and some others.
CREATE OR REPLACE MACRO is_free_tag(tag) AS
    length(tag) BETWEEN 2 AND 100 AND NOT contains(tag, ':')
    AND tag NOT IN ('endpoints_compatible', 'autotrain_compatible', 'text-generation-inference', 'text-embeddings-inference',
                    'eval-results', 'model-index', 'custom_code', 'model_hub_mixin', 'pytorch_model_hub_mixin', 'not-for-all-audiences');

-- Return the votes on tags, as rising_of reads them, from a relation of votes given by its name.
CREATE OR REPLACE MACRO tag_votes_of(votes, now_at) AS TABLE
SELECT t.label, t.evidence, t.owner, t.entity_key, t.is_up, t.weight, t.expected
FROM (
    SELECT v.*, lower(unnest(a.tags)) AS label
    FROM query_table(votes) AS v
    JOIN attributes_at(now_at, now_at) AS a ON a.entity_key = v.entity_key
) AS t
WHERE is_free_tag(t.label);

-- Return the tags that rise, from relations of two weeks, of votes and of their evidence, given by their names. Tags of
-- exactly the same entities share a row.
CREATE OR REPLACE MACRO emerging_tags_of(source, votes, evidence) AS TABLE
WITH risen AS MATERIALIZED (
    SELECT r.* FROM query_table(evidence) AS r WHERE r.rising
), described AS (
    SELECT v.label, count(DISTINCT v.entity_key) FILTER (v.evidence = 'new entities' AND v.is_up) AS new_entities,
           count(DISTINCT v.entity_key) FILTER (v.evidence = 'new entities' AND NOT v.is_up) AS new_before,
           list_sort(list(DISTINCT v.entity_key)) AS entities,
           min((v.evidence = 'new entities', -v.weight, s.id), 9) AS entries
    FROM query_table(votes) AS v
    JOIN query_table(source) AS s ON s.entity_key = v.entity_key
    WHERE v.label IN (SELECT r.label FROM risen AS r)
    GROUP BY v.label
)
SELECT min(d.label) AS tag, list_sort(list(d.label))[2:] AS same_as, any_value(r.evidence) AS evidence,
       any_value(r.owners) AS owners, any_value(r.owners_up) AS owners_up, any_value(r.lift) AS lift,
       any_value(r.p_value) AS p_value, any_value(r.tested) AS tested, any_value(d.new_entities) AS new_entities,
       any_value(d.new_before) AS new_before,
       any_value(list_filter(list_transform(d.entries, lambda e: e[3]),
                             lambda x, i: list_position(list_transform(d.entries, lambda e: e[3]), x) = i)[:3]) AS leading_entries
FROM described AS d
JOIN risen AS r ON r.label = d.label
GROUP BY d.entities
ORDER BY p_value, tag;

-- Return the tags of a kind that rise, the most significant first.
CREATE OR REPLACE MACRO emerging_tags(kind, as_of := NULL, days := 7) AS TABLE
WITH tag_pair AS MATERIALIZED (
    SELECT c.now_at FROM compared_snapshots(kind, as_of := as_of, days := days) AS c
), tag_weeks AS MATERIALIZED (
    SELECT w.* FROM two_weeks(kind, as_of := as_of, days := days) AS w
), tag_voters AS MATERIALIZED (
    SELECT v.* FROM owner_votes_of('tag_weeks', (SELECT p.now_at FROM tag_pair AS p), days) AS v
), tag_votes AS MATERIALIZED (
    SELECT v.* FROM tag_votes_of('tag_voters', (SELECT p.now_at FROM tag_pair AS p)) AS v
), tag_evidence AS MATERIALIZED (
    SELECT r.* FROM rising_of('tag_votes') AS r
)
SELECT e.*
FROM (SELECT 1 WHERE known_kind(kind) IS NOT NULL)
JOIN emerging_tags_of('tag_weeks', 'tag_votes', 'tag_evidence') AS e ON true
ORDER BY e.p_value, e.tag;
