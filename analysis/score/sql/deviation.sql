-- Those among them that lie far enough off to be asked about.
SELECT s.entity_key, s.off FROM score AS s
WHERE s.direction = $direction AND s.usual >= $shrink / 7 AND s.off >= 1
ORDER BY s.entity_key;
