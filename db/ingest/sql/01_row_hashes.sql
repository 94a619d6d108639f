-- Hash the entity id of every row of the walk, so that repeats are found before anything is stored.
-- reads: the spool
-- writes: row_hashes, and the empty tables repeat_candidates, repeats, counters_before and changed, which later
--   steps fill
-- parameters: files
CREATE OR REPLACE TEMP TABLE row_hashes AS
SELECT hash(w.hub_id) AS hub_hash, w.place FROM read_parquet($files) AS w;

CREATE OR REPLACE TEMP TABLE repeat_candidates (place BIGINT);
CREATE OR REPLACE TEMP TABLE repeats (place BIGINT, first_place BIGINT, best_rank BIGINT);
CREATE OR REPLACE TEMP TABLE counters_before (entity_key INTEGER, before BIGINT, after BIGINT);
CREATE OR REPLACE TEMP TABLE changed (entity_key INTEGER, place BIGINT, fingerprint UBIGINT, is_unfingerprinted BOOLEAN);
