-- The facts in force end where they changed, and the new ones begin.
UPDATE {facts} SET valid_to = $observed_at
FROM changed AS c
WHERE {facts}.entity_key = c.entity_key AND {facts}.valid_to IS NULL;

-- Two snapshots of one moment: the later word holds, the earlier one held for no time at all.
DELETE FROM {facts} WHERE valid_from = valid_to;

INSERT INTO {facts}
SELECT k.entity_key, $observed_at, NULL, {columns}
FROM changed AS c JOIN keyed AS k ON k.entity_key = c.entity_key
ORDER BY k.entity_key;
