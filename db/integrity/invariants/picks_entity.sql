-- Every pick refers to an existing entity of the list's kind.
SELECT DISTINCT 'entity ' || p.entity_key AS broken
FROM picks AS p
ANTI JOIN entities AS e ON e.entity_key = p.entity_key AND e.kind = p.kind
