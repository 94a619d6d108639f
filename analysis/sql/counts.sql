-- How many entities stand in the newer snapshot, and of how many the gain is known.
SELECT count(*) FILTER (c.is_now), count(c.{gain}) FROM change AS c;
