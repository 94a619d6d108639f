-- The definition, comment and tags of every named object.
WITH named AS (
    SELECT 'table' AS kind, schema_name, table_name AS name, [sql, comment, tags::VARCHAR] AS words
    FROM duckdb_tables() WHERE database_name = 'hub' AND NOT internal
    UNION ALL
    SELECT 'column', schema_name, table_name || '.' || column_name, [data_type, column_default, comment, tags::VARCHAR]
    FROM duckdb_columns() WHERE database_name = 'hub' AND NOT internal
    UNION ALL
    SELECT 'view', schema_name, view_name, [sql, comment, tags::VARCHAR]
    FROM duckdb_views() WHERE database_name = 'hub' AND NOT internal
    UNION ALL
    SELECT function_type, schema_name, function_name,
           [parameters::VARCHAR, parameter_types::VARCHAR, macro_definition, comment, tags::VARCHAR]
    FROM duckdb_functions() WHERE database_name = 'hub' AND NOT internal
    UNION ALL
    SELECT 'type', schema_name, type_name, [logical_type, labels::VARCHAR, comment, tags::VARCHAR]
    FROM duckdb_types() WHERE database_name = 'hub' AND NOT internal
    UNION ALL
    SELECT 'index', schema_name, index_name, [sql, comment, tags::VARCHAR]
    FROM duckdb_indexes() WHERE database_name = 'hub'
    UNION ALL
    SELECT 'sequence', schema_name, sequence_name, [sql, comment, tags::VARCHAR]
    FROM duckdb_sequences() WHERE database_name = 'hub'
    UNION ALL
    SELECT 'schema', schema_name, schema_name, [sql, comment, tags::VARCHAR]
    FROM duckdb_schemas() WHERE database_name = 'hub' AND NOT internal
)
SELECT kind || ' ' || schema_name || '.' || name AS name, string_agg(words::VARCHAR, E'\n' ORDER BY words::VARCHAR) AS words
FROM named
GROUP BY ALL
ORDER BY ALL
