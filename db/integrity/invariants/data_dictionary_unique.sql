-- Every public table and column is described once.
SELECT name || coalesce('.' || column_name, '') AS broken
FROM data_dictionary
GROUP BY name, column_name
HAVING count(*) > 1
