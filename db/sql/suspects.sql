-- Things that a look-up should decide on: those missing since earlier walks first, then those that this whole walk,
-- whose rows lie in $files, has missed. The second number of a row says how many it should have shown. Each walk draws
-- its own order: things of which a look-up never says that they are gone must not take the place of all others.
WITH expected AS (
    SELECT e.entity_key, e.hub_id, e.id, e.status
    FROM entities AS e
    WHERE e.kind = $kind
      AND (e.status = 'missing' OR (e.status = 'listed' AND $whole AND coalesce(e.created_at, e.first_seen) < $started_at))
), unseen AS (
    SELECT x.* FROM expected AS x ANTI JOIN (SELECT hub_id FROM read_parquet($files)) AS w ON w.hub_id = x.hub_id
)
SELECT u.hub_id, u.id,
       (SELECT count(*) FROM unseen AS n WHERE n.status = 'listed') AS newly_missing,
       (SELECT count(*) FROM expected AS n WHERE n.status = 'listed') AS listed
FROM unseen AS u
ORDER BY u.status = 'listed', hash(u.entity_key, $started_at::TIMESTAMPTZ), u.entity_key
LIMIT $most;
