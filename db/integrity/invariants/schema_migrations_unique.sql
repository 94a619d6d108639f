-- Every migration is applied once.
SELECT 'migration ' || version AS broken FROM schema_migrations GROUP BY version HAVING count(*) > 1
