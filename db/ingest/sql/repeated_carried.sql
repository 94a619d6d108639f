-- Count the columns that repeated rows carry. An entity has a rank if any of its rows has one.
-- reads: the spool, repeated
-- writes: nothing
-- parameters: files
SELECT {counts}
FROM read_parquet($files) AS w
WHERE w.place IN (SELECT place FROM repeated WHERE place <> first_place);
