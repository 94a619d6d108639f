-- The families of the week: the sums of all, and those with the largest gains with their parts and contributors.
-- reads: family_root, families_of
-- writes: family, listed_root, listed_family
-- parameters: now_at, before_at, days, rows
CREATE OR REPLACE TEMP TABLE family AS
SELECT f.root_key, f.root, f.members, f.compared, f.likes_gain, f.downloads_gain
FROM families_of('{weeks}', 'family_root', $now_at::TIMESTAMPTZ, $now_at::TIMESTAMPTZ) AS f;

-- parts and contributors of tens of thousands of families take most of the time, and only a few are shown
CREATE OR REPLACE TEMP TABLE listed_root AS
WITH first AS (
    (FROM family AS f WHERE f.likes_gain > 0 ORDER BY f.likes_gain DESC, f.members DESC, f.root, f.root_key LIMIT $rows)
    UNION
    (FROM family AS f WHERE f.downloads_gain > 0 ORDER BY f.downloads_gain DESC, f.members DESC, f.root, f.root_key LIMIT $rows)
    UNION
    (FROM family AS f
     ORDER BY f.downloads_gain DESC NULLS LAST, f.likes_gain DESC NULLS LAST, f.members DESC, f.root LIMIT $rows)
)
SELECT r.*
FROM family_root AS r
WHERE r.root_key IN (SELECT f.root_key FROM first AS f)
   OR (r.root_key IS NULL AND lower(r.root) IN (SELECT lower(f.root) FROM first AS f WHERE f.root_key IS NULL));

CREATE OR REPLACE TEMP TABLE listed_family AS
FROM families_of('{weeks}', 'listed_root', $now_at::TIMESTAMPTZ,
                 coalesce($before_at::TIMESTAMPTZ,
                          $now_at::TIMESTAMPTZ - to_microseconds(CAST($days * 86400000000 AS BIGINT))));
