-- The first places of the Hub's own trending order.
SELECT c.entity_key FROM change AS c WHERE c.rank_now IS NOT NULL ORDER BY c.rank_now, c.id, c.hub_id LIMIT $rows;
