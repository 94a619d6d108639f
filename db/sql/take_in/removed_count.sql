SELECT count(*) FROM gone;
