INSERT INTO rejects
SELECT $snapshot_id, $kind, unnest($legs::VARCHAR[]), unnest($pages::INTEGER[]), unnest($places::INTEGER[]),
       unnest($reasons::VARCHAR[]), unnest($raws::VARCHAR[]);
