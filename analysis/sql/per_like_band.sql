-- The 30-day downloads for each like that only one in a hundred busy entities exceeds.
SELECT quantile_disc(c.downloads_now // (c.likes_now + 1), 0.99), count(*)
FROM change AS c
WHERE c.downloads_now >= 300 AND c.likes_now IS NOT NULL;
