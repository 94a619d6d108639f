-- What the rows carry that repeat others; a rank is carried by an entity that any of its rows gives one.
SELECT {counts}
FROM read_parquet($files) AS w
WHERE w.place IN (SELECT place FROM repeated WHERE place <> first_place);
