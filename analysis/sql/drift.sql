-- Fields of the Hub's own that the snapshots used showed new, vanished or changed.
SELECT DISTINCT c.kind, c.field, c.drift, c.type
FROM coverage AS c
WHERE c.source = 'hub' AND c.drift IS NOT NULL AND c.snapshot_id IN (SELECT unnest($snapshots::INTEGER[]))
ORDER BY c.kind, c.field, c.drift, c.type;
