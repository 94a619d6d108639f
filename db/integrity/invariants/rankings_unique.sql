-- Every ranking has each list once per order.
SELECT ranking_key || ' ' || list || ' ' || ordered_by AS broken
FROM rankings
GROUP BY ranking_key, list, ordered_by
HAVING count(*) > 1
