-- The shares of a kind by task, licence, format and other attributes.

-- Return the name of a facet for one of its spellings; else raise an error that lists the facets.
CREATE OR REPLACE MACRO known_facet(word) AS
    CASE WHEN word IN ('task', 'library', 'sdk', 'license', 'language', 'organisation', 'parameters', 'format', 'gated',
                       'region', 'owner_kind', 'owner_country') THEN word
         WHEN word IN ('licence') THEN 'license'
         WHEN word IN ('languages') THEN 'language'
         WHEN word IN ('organization', 'author', 'owner') THEN 'organisation'
         WHEN word IN ('parameter class', 'parameter_class', 'size') THEN 'parameters'
         WHEN word IN ('file format', 'file_format', 'formats', 'quantisation', 'quantization') THEN 'format'
         WHEN word IN ('owner kind') THEN 'owner_kind'
         WHEN word IN ('owner country', 'country') THEN 'owner_country'
         ELSE error('unknown facet ' || coalesce('''' || word || '''', 'NULL')
                    || ': write ''task'', ''library'', ''sdk'', ''license'', ''language'', ''organisation'', '
                    || '''parameters'', ''format'', ''gated'', ''region'', ''owner_kind'' or ''owner_country''') END;

-- Return the size class of a number of parameters.
CREATE OR REPLACE MACRO parameter_class(parameters) AS
    CASE WHEN parameters <= 0 THEN NULL
         WHEN parameters < 1000000000 THEN '<1B'
         WHEN parameters < 4000000000 THEN '1-4B'
         WHEN parameters < 10000000000 THEN '4-10B'
         WHEN parameters < 40000000000 THEN '10-40B'
         WHEN parameters < 150000000000 THEN '40-150B'
         WHEN parameters >= 150000000000 THEN '>=150B' END;

-- Return the file formats and quantisations that the tags or the name of a model state, in alphabetical order.
CREATE OR REPLACE MACRO formats_of(name, tags) AS
    list_sort(list_distinct(list_concat(
        list_filter(tags, lambda t: t IN ('awq', 'bitsandbytes', 'compressed-tensors', 'coreml', 'exl2', 'exl3', 'fp8', 'gguf',
                                          'gptq', 'litert', 'mlx', 'mxfp4', 'nvfp4', 'onnx', 'openvino', 'pytorch',
                                          'safetensors', 'tensorrt')),
        regexp_extract_all(replace(lower(name), '_', '-'),
                           '\b(awq|coreml|exl2|exl3|fp8|gguf|gptq|litert|mlx|mxfp4|nvfp4|onnx|openvino|tensorrt)\b'))));

-- Return the values of a prefix among tags, such as region:us.
CREATE OR REPLACE MACRO tag_values(tags, prefix) AS
    list_transform(list_filter(tags, lambda t: starts_with(t, prefix)), lambda t: t[length(prefix) + 1:]);

-- Return the values of an entity for a facet as a list. Tasks, libraries, formats and regions come from its tags.
CREATE OR REPLACE MACRO facet_values("by", kind, task, library, sdk, license, languages, parameters, gated, author, tasks,
                                     libraries, formats, regions) AS
    CASE known_facet("by")
        WHEN 'task' THEN CASE WHEN kind = 'dataset' THEN tasks ELSE [task] END
        WHEN 'library' THEN CASE WHEN kind = 'dataset' THEN libraries ELSE [library] END
        WHEN 'sdk' THEN [sdk]
        WHEN 'license' THEN [license]
        WHEN 'language' THEN languages
        WHEN 'parameters' THEN [parameter_class(parameters)]
        WHEN 'format' THEN formats
        WHEN 'gated' THEN [gated]
        WHEN 'region' THEN regions
        ELSE [author] END;

-- Return the entities of a kind from a relation of two weeks, given by its name, each with the attributes that held at each
-- end of the week: one row, or two where they changed.
CREATE OR REPLACE MACRO facet_entities_of(source, kind, now_at, before_at) AS TABLE
SELECT s.is_now AND coalesce(a.at_now, true) AS counts_now, s.was_before AND coalesce(a.at_before, true) AS counted_before,
       s.id, s.likes_now, s.downloads_now, s.upvotes_now, s.likes_gain, s.downloads_gain, s.upvotes_gain,
       s.likes_gain_before, s.downloads_gain_before, s.upvotes_gain_before,
       a.task, a.library, a.sdk, a.license, a.languages, a.parameters, a.gated, a.author,
       CASE WHEN known_kind(kind) = 'dataset' THEN tag_values(a.tags, 'task_categories:') END AS tasks,
       CASE WHEN known_kind(kind) = 'dataset' THEN tag_values(a.tags, 'library:') END AS libraries,
       CASE WHEN known_kind(kind) = 'dataset' THEN tag_values(a.tags, 'format:') ELSE formats_of(a.name, a.tags) END AS formats,
       tag_values(a.tags, 'region:') AS regions, before_at IS NOT NULL AS has_before
FROM query_table(source) AS s
LEFT JOIN attributes_at(now_at, before_at) AS a ON a.entity_key = s.entity_key;

-- Return the shares of a facet from a relation of such entities, given by its name, in which `listed` holds the values.
-- Rows are aggregated by the list of values first, because lists are few and entities are many.
CREATE OR REPLACE MACRO facet_shares_of(source, "by") AS TABLE
WITH totals AS MATERIALIZED (
    SELECT count(*) FILTER (s.counts_now) AS entities, count(*) FILTER (s.counted_before) AS entities_before,
           bool_or(s.has_before) AS has_before,
           sum(s.downloads_gain) FILTER (s.counts_now) AS downloads_gain, sum(s.likes_gain) FILTER (s.counts_now) AS likes_gain,
           sum(s.upvotes_gain) FILTER (s.counts_now) AS upvotes_gain,
           sum(s.downloads_gain_before) FILTER (s.counted_before) AS downloads_gain_before,
           sum(s.likes_gain_before) FILTER (s.counted_before) AS likes_gain_before,
           sum(s.upvotes_gain_before) FILTER (s.counted_before) AS upvotes_gain_before,
           CASE WHEN count(s.downloads_gain) > 0 THEN 'downloads' WHEN count(s.likes_gain) > 0 THEN 'likes'
                WHEN count(s.upvotes_gain) > 0 THEN 'upvotes' END AS metric
    FROM query_table(source) AS s
), counted AS (
    SELECT s.listed, s.counts_now, s.counted_before, s.id, s.likes_gain, s.downloads_gain, s.upvotes_gain,
           CASE t.metric WHEN 'downloads' THEN s.downloads_gain WHEN 'likes' THEN s.likes_gain
                         ELSE s.upvotes_gain END AS gain,
           CASE t.metric WHEN 'downloads' THEN s.downloads_now WHEN 'likes' THEN s.likes_now
                         ELSE s.upvotes_now END AS level,
           CASE t.metric WHEN 'downloads' THEN s.downloads_gain_before WHEN 'likes' THEN s.likes_gain_before
                         ELSE s.upvotes_gain_before END AS gain_before
    FROM query_table(source) AS s CROSS JOIN totals AS t
), by_list AS (
    SELECT c.listed, count(*) FILTER (c.counts_now) AS entities, count(*) FILTER (c.counted_before) AS entities_before,
           count(c.gain) FILTER (c.counts_now) AS compared,
           sum(c.likes_gain) FILTER (c.counts_now) AS likes_gain, sum(c.downloads_gain) FILTER (c.counts_now) AS downloads_gain,
           sum(c.upvotes_gain) FILTER (c.counts_now) AS upvotes_gain, sum(c.gain) FILTER (c.counts_now) AS gain,
           sum(c.gain_before) FILTER (c.counted_before) AS gain_before,
           min((-c.gain, -coalesce(c.level, 0), c.id)) FILTER (c.counts_now AND c.gain > 0) AS largest
    FROM counted AS c
    GROUP BY c.listed
), valued AS (
    SELECT unnest(CASE WHEN known_facet("by") = 'owner_kind' THEN [o.owner_kind]
                       WHEN known_facet("by") = 'owner_country' THEN [o.country]
                       WHEN len(list_distinct(l.listed)) > 0 THEN list_distinct(l.listed)
                       ELSE [NULL] END) AS value, l.*
    FROM by_list AS l
    LEFT JOIN owners AS o ON known_facet("by") IN ('owner_kind', 'owner_country') AND lower(o.owner) = lower(l.listed[1])
), grouped AS (
    SELECT v.value, sum(v.entities) AS entities, sum(v.entities_before) AS entities_before, sum(v.compared) AS compared,
           sum(v.likes_gain) AS likes_gain, sum(v.downloads_gain) AS downloads_gain, sum(v.upvotes_gain) AS upvotes_gain,
           sum(v.gain) AS gain, sum(v.gain_before) AS gain_before, min(v.largest) AS largest
    FROM valued AS v
    GROUP BY v.value
), shared AS (
    SELECT g.*, t.metric, share_of(g.entities, t.entities) AS share,
           CASE WHEN t.has_before THEN share_of(g.entities_before, t.entities_before) END AS share_before,
           share_of(g.gain, CASE t.metric WHEN 'downloads' THEN t.downloads_gain WHEN 'likes' THEN t.likes_gain
                                          ELSE t.upvotes_gain END) AS gain_share,
           share_of(coalesce(g.gain_before, 0), CASE t.metric WHEN 'downloads' THEN t.downloads_gain_before
                                                              WHEN 'likes' THEN t.likes_gain_before
                                                              ELSE t.upvotes_gain_before END) AS gain_share_before
    FROM grouped AS g CROSS JOIN totals AS t
)
SELECT s.value, bounded(s.entities) AS entities, s.share, bounded(s.likes_gain) AS likes_gain,
       bounded(s.downloads_gain) AS downloads_gain, s.gain_share, round(100 * (s.share - s.share_before), 7) AS change_points,
       s.largest[3] AS largest_contributor, share_of(-s.largest[1], s.gain) AS largest_share,
       bounded(s.upvotes_gain) AS upvotes_gain, s.metric AS gain_metric,
       round(100 * (s.gain_share - s.gain_share_before), 7) AS gain_change_points,
       bounded(s.compared) AS compared, bounded(s.entities_before) AS entities_before
FROM shared AS s
WHERE s.entities > 0 OR s.entities_before > 0
ORDER BY entities DESC, s.value NULLS LAST;

-- Return the shares of a kind by a facet, the most frequent value first.
CREATE OR REPLACE MACRO facets(kind, "by", as_of := NULL, days := 7) AS TABLE
WITH facet_pair AS MATERIALIZED (
    SELECT c.now_at, c.before_at
    FROM compared_snapshots(CASE WHEN known_facet("by") IS NOT NULL THEN kind END, as_of := as_of, days := days) AS c
), facet_weeks AS MATERIALIZED (
    SELECT w.* FROM two_weeks(kind, as_of := as_of, days := days) AS w
), facet_entities AS MATERIALIZED (
    SELECT facet_values("by", kind, e.task, e.library, e.sdk, e.license, e.languages, e.parameters, e.gated, e.author,
                        e.tasks, e.libraries, e.formats, e.regions) AS listed,
           e.counts_now, e.counted_before, e.has_before, e.id, e.likes_now, e.downloads_now, e.upvotes_now, e.likes_gain,
           e.downloads_gain, e.upvotes_gain, e.likes_gain_before, e.downloads_gain_before, e.upvotes_gain_before
    FROM facet_entities_of('facet_weeks', kind, (SELECT p.now_at FROM facet_pair AS p),
                           (SELECT p.before_at FROM facet_pair AS p)) AS e
)
SELECT f.*
FROM (SELECT 1 WHERE known_kind(kind) IS NOT NULL AND known_facet("by") IS NOT NULL)
JOIN facet_shares_of('facet_entities', "by") AS f ON true
ORDER BY f.entities DESC, f.value NULLS LAST;
