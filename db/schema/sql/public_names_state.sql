-- A hash of the public names in the file: columns, parameters, comments and the data_dictionary. Definitions are left
-- out, because DuckDB reformats them when it opens a file. A replaced definition is detected because it has lost its
-- comment.
-- reads: the catalogue, data_dictionary
-- writes: nothing
-- parameters: names: the public names without schema_fingerprint
SELECT md5(string_agg(line, chr(10) ORDER BY line))
FROM (
    SELECT concat_ws(' ', view_name, comment) AS line
    FROM duckdb_views() WHERE database_name = current_database() AND list_contains($names, view_name)
    UNION ALL
    SELECT concat_ws(' ', table_name, comment)
    FROM duckdb_tables() WHERE database_name = current_database() AND list_contains($names, table_name)
    UNION ALL
    SELECT concat_ws(' ', table_name, column_name, data_type, comment)
    FROM duckdb_columns() WHERE database_name = current_database() AND list_contains($names, table_name)
    UNION ALL
    SELECT concat_ws(' ', function_name, function_type, parameters, comment)
    FROM duckdb_functions() WHERE database_name = current_database() AND list_contains($names, function_name)
    UNION ALL
    SELECT d::VARCHAR FROM data_dictionary AS d
)
