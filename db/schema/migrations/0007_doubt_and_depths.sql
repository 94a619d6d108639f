-- Whether counters are doubtful, and how far the lists of a snapshot reach. The depths of older snapshots come from
-- their settings.
ALTER TABLE snapshots ADD COLUMN doubtful BOOLEAN;
ALTER TABLE snapshots ADD COLUMN depths STRUCT(trending INTEGER, downloads INTEGER, likes INTEGER, days INTEGER);
ALTER TABLE lists ADD COLUMN doubtful BOOLEAN;
ALTER TABLE lists ADD COLUMN depths VARCHAR;

UPDATE snapshots
SET depths = CASE scope
    WHEN 'full' THEN struct_pack(trending := NULL, downloads := NULL, likes := NULL, days := NULL)
    ELSE struct_pack(
        trending := CASE WHEN records > (settings->>'top')::INTEGER THEN (settings->>'top')::INTEGER END,
        downloads := CASE WHEN kind = 'space' THEN 0
                          WHEN records > (settings->>'top')::INTEGER THEN (settings->>'top')::INTEGER END,
        likes := CASE WHEN records > (settings->>'top')::INTEGER THEN (settings->>'top')::INTEGER END,
        days := (settings->>'created_days')::INTEGER
    ) END
WHERE origin = 'crawl' AND kind IN ('model', 'dataset', 'space') AND (scope = 'full' OR settings->>'top' IS NOT NULL);
