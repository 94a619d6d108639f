-- Mark the models of a run as doubtful if its datasets are stale, because the Hub refreshes both together.
-- reads: snapshots
-- writes: snapshots
-- parameters: run_id
UPDATE snapshots SET doubtful = true
WHERE run_id = $run_id AND kind = 'model' AND stale IS NOT TRUE
  AND EXISTS (FROM snapshots AS d WHERE d.run_id = $run_id AND d.kind = 'dataset' AND d.stale);

SELECT snapshot_id FROM snapshots WHERE run_id = $run_id AND doubtful;
