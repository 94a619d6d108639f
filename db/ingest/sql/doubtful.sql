-- The Hub refreshes models and datasets together, so a stale snapshot of datasets casts doubt on the models of its run.
UPDATE snapshots SET doubtful = true
WHERE run_id = $run_id AND kind = 'model' AND stale IS NOT TRUE
  AND EXISTS (FROM snapshots AS d WHERE d.run_id = $run_id AND d.kind = 'dataset' AND d.stale);

SELECT snapshot_id FROM snapshots WHERE run_id = $run_id AND doubtful;
