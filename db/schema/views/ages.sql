-- The counters of entities at equal ages, and the number of parameters that a name states.

-- Return the parts of the first size in a name. A number after a letter, as in A3B (active parameters) or E4B
-- (effective parameters), is not a size.
CREATE OR REPLACE MACRO size_in_name(name) AS
    regexp_extract(split_part(name, '/', -1),
                   '(?i)(?:^|[^a-z0-9.])(?:([0-9]{1,3})x)?([0-9]{1,4}(?:\.[0-9]{1,3})?)([mbt])(?:$|[^a-z0-9])',
                   ['experts', 'size', 'unit']);

-- Return the number of parameters that a name states, such as 7B, 0.6B, 135M, 1T or 8x7B (the product), or NULL.
CREATE OR REPLACE MACRO parameters_from_name(name) AS
    CASE WHEN TRY_CAST(size_in_name(name).size AS DECIMAL(7, 3)) > 0
          AND coalesce(TRY_CAST(size_in_name(name).experts AS INTEGER), 1) > 0
         THEN CAST(least(coalesce(TRY_CAST(size_in_name(name).experts AS INTEGER), 1)::DOUBLE
                         * TRY_CAST(size_in_name(name).size AS DECIMAL(7, 3))::DOUBLE
                         * CASE lower(size_in_name(name).unit) WHEN 'm' THEN 1e6 WHEN 'b' THEN 1e9 ELSE 1e12 END,
                         1e15) AS BIGINT) END;

-- Return the tolerance of an age in days: half a day, or a seventh of the age if that is more.
CREATE OR REPLACE MACRO age_tolerance(days) AS greatest(0.5, days::DOUBLE / 7);

-- Return the counter of every entity of a kind at each of the ages, with its place among the entities of its size
-- class. Age counts from created_at; for papers it counts from their day on the daily list. The value is the
-- observation nearest to the age within the tolerance; nothing is interpolated. An entity first seen after the age has
-- no row, and one that is older than the Hub's creation dates has no age. With seen_by, only entities first seen at or
-- before that age are compared, so that all ages compare the same entities. cohort counts all entities of the class
-- that reached the age after the first snapshot, whether observed at that age or not.
CREATE OR REPLACE MACRO at_ages(kind, ages, metric := NULL, as_of := NULL, seen_by := NULL) AS TABLE
WITH wanted AS (
    SELECT a.age::DOUBLE AS age, age_tolerance(a.age) AS tolerance FROM (SELECT DISTINCT unnest(ages) AS age) AS a
), taken AS (
    SELECT s.snapshot_id, s.observed_at
    FROM snapshots AS s
    WHERE s.kind = known_kind(kind) AND s.stale IS NOT TRUE AND s.observed_at <= moment_of(as_of)
), submitted AS (
    SELECT p.entity_key, p.submitted_at
    FROM paper_attributes AS p
    WHERE known_kind(kind) = 'paper' AND p.valid_from <= moment_of(as_of)
      AND (p.valid_to > moment_of(as_of) OR p.valid_to IS NULL)
), born AS (
    SELECT e.entity_key, e.id, e.hub_id, e.created_at, e.first_seen, coalesce(p.submitted_at, e.created_at) AS public_since
    FROM entities AS e
    LEFT JOIN submitted AS p ON p.entity_key = e.entity_key
    WHERE e.kind = known_kind(kind) AND e.first_seen <= moment_of(as_of)
      AND isfinite(coalesce(p.submitted_at, e.created_at))
      AND coalesce(p.submitted_at, e.created_at) > TIMESTAMPTZ '2022-03-02 23:29:06+00'
      -- an older entity passed every wanted age before the first snapshot
      AND epoch_us(coalesce(p.submitted_at, e.created_at))
          >= (SELECT epoch_us(min(t.observed_at)) FROM taken AS t) - (SELECT 86400e6 * max(w.age + w.tolerance) FROM wanted AS w)
), classed AS (
    SELECT b.*, (epoch_us(b.first_seen) - epoch_us(b.public_since)) / 86400e6 AS first_seen_age_days,
           CASE WHEN known_kind(kind) = 'model'
                THEN coalesce(parameter_class(coalesce(r.parameters, parameters_from_name(b.id))), 'unknown')
                WHEN known_kind(kind) = 'dataset'
                THEN coalesce(list_filter(r.tags, lambda tag: starts_with(tag, 'size_categories:'))[1][17:], 'unknown')
                ELSE 'all' END AS size_class
    FROM born AS b
    LEFT JOIN repo_attributes AS r ON r.entity_key = b.entity_key AND r.valid_from <= moment_of(as_of)
         AND (r.valid_to > moment_of(as_of) OR r.valid_to IS NULL)
), cohorts AS (
    SELECT w.age, c.size_class, count(*) AS cohort
    FROM classed AS c, wanted AS w
    WHERE (epoch_us(moment_of(as_of)) - epoch_us(c.public_since)) / 86400e6 >= w.age - w.tolerance
      AND (SELECT epoch_us(min(t.observed_at)) FROM taken AS t) - epoch_us(c.public_since) <= 86400e6 * (w.age + w.tolerance)
    GROUP BY w.age, c.size_class
), measured AS (
    SELECT o.entity_key, t.snapshot_id, (epoch_us(t.observed_at) - epoch_us(b.public_since)) / 86400e6 AS age_days,
           CASE known_metric(coalesce(metric, CASE WHEN known_kind(kind) IN ('paper', 'article') THEN 'upvotes'
                                                   ELSE 'likes' END))
               WHEN 'downloads' THEN o.downloads
               WHEN 'downloads_all_time' THEN o.downloads_all_time
               WHEN 'likes' THEN o.likes
               WHEN 'trending_score' THEN o.trending_score
               WHEN 'upvotes' THEN o.upvotes
               WHEN 'upvotes_7d' THEN o.upvotes_7d
               WHEN 'comments' THEN o.comments
               WHEN 'github_stars' THEN o.github_stars END AS value
    FROM taken AS t
    JOIN plausible_observations AS o ON o.snapshot_id = t.snapshot_id
    JOIN born AS b ON b.entity_key = o.entity_key
), observed AS (
    SELECT m.entity_key, w.age, any_value(w.tolerance) AS tolerance,
           arg_min({'value': m.value, 'age_days': m.age_days}, (abs(m.age_days - w.age), m.snapshot_id)) AS found
    FROM measured AS m
    JOIN wanted AS w ON abs(m.age_days - w.age) <= w.tolerance
    WHERE m.value IS NOT NULL
    GROUP BY m.entity_key, w.age
), ranked AS (
    SELECT c.*, o.age, o.found.value AS value, o.found.age_days AS age_days,
           rank() OVER (PARTITION BY o.age, c.size_class ORDER BY o.found.value) - 1 AS below,
           count(*) OVER (PARTITION BY o.age, c.size_class) - 1 AS others
    FROM observed AS o
    JOIN classed AS c ON c.entity_key = o.entity_key
    WHERE c.first_seen_age_days <= coalesce(seen_by + age_tolerance(seen_by), o.age + o.tolerance)
)
SELECT r.age, r.id, r.hub_id, round(r.age_days, 4) AS age_days, r.value,
       CASE WHEN r.others > 0 THEN 100.0 * r.below / r.others END AS percentile,
       r.others AS compared_with, r.size_class, greatest(h.cohort, r.others + 1) AS cohort, r.created_at, r.first_seen,
       round(r.first_seen_age_days, 4) AS first_seen_age_days, r.entity_key
FROM ranked AS r
LEFT JOIN cohorts AS h ON h.age = r.age AND h.size_class = r.size_class
ORDER BY r.age, r.value DESC, r.id, r.hub_id;

-- Return at_ages for one age.
CREATE OR REPLACE MACRO at_age(kind, days, metric := NULL, as_of := NULL, seen_by := NULL) AS TABLE
SELECT a.* EXCLUDE (age)
FROM at_ages(kind, [days], metric := metric, as_of := as_of, seen_by := seen_by) AS a
ORDER BY a.value DESC, a.id, a.hub_id;
