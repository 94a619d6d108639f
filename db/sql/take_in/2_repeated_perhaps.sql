-- Rows whose thing another row may show, too, told by a hash: a full walk of millions has next to none.
CREATE OR REPLACE TEMP TABLE repeated_perhaps AS
SELECT s.place
FROM sighted AS s
WHERE s.hub_hash IN (SELECT hub_hash FROM sighted GROUP BY hub_hash HAVING count(*) > 1);
