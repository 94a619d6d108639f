-- A file that is imported again adds what was rejected before: what its snapshot has already stays as it is.
DELETE FROM coverage WHERE snapshot_id = $snapshot_id;

DELETE FROM rejects WHERE snapshot_id = $snapshot_id;
