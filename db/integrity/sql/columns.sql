-- Every stored column of every table; generated columns are not stored.
SELECT t.schema_name, t.table_name, c.column_name, c.data_type
FROM duckdb_tables() AS t
JOIN duckdb_columns() AS c ON c.table_oid = t.table_oid AND c.database_oid = t.database_oid
WHERE t.database_name = 'hub' AND NOT t.internal AND NOT c.is_generated
ORDER BY t.schema_name, t.table_name, c.column_index
