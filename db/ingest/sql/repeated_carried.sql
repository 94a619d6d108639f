-- Count the repeated rows with a value in each column. An entity has a rank if any of its rows has one.
-- reads: the spool, repeats
-- writes: nothing
-- parameters: files, page_columns
UNPIVOT (
    SELECT count(COLUMNS($page_columns))
    FROM read_parquet($files)
    WHERE place IN (SELECT r.place FROM repeats AS r WHERE r.place <> r.first_place)
) ON COLUMNS(*) INTO NAME field VALUE carried;
