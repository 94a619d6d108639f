-- Store rejected items and dropped values.
-- reads: nothing
-- writes: rejects
-- parameters: snapshot_id, kind, listings, pages, places, reasons, raws
INSERT INTO rejects
SELECT $snapshot_id, $kind, unnest($listings::VARCHAR[]), unnest($pages::INTEGER[]), unnest($places::INTEGER[]),
       unnest($reasons::VARCHAR[]), unnest($raws::VARCHAR[]);
