-- Every run is recorded once.
SELECT 'run ' || run_id AS broken FROM runs GROUP BY run_id HAVING count(*) > 1
