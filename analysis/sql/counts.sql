-- How many things stand in the newer snapshot, and of how many the gain is known.
SELECT count(*) FILTER (c.status <> 'left'), count(c.{gain}) FROM change AS c;
