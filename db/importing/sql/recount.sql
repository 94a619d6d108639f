UPDATE snapshots SET records = $records, rejected = $rejected WHERE snapshot_id = $snapshot_id;
