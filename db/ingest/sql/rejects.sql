INSERT INTO rejects
SELECT $snapshot_id, $kind, unnest($listings::VARCHAR[]), unnest($pages::INTEGER[]), unnest($places::INTEGER[]),
       unnest($reasons::VARCHAR[]), unnest($raws::VARCHAR[]);
