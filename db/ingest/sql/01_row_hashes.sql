-- Hash the entity id of every row of the walk, so that repeats are found before anything is stored.
-- reads: the spool
-- writes: shown, and the empty tables repeated_perhaps, repeated and counted
-- parameters: files
CREATE OR REPLACE TEMP TABLE shown AS
SELECT hash(w.hub_id) AS hub_hash, w.place FROM read_parquet($files) AS w;

-- Tables that later steps fill.
CREATE OR REPLACE TEMP TABLE repeated_perhaps (place BIGINT);
CREATE OR REPLACE TEMP TABLE repeated (place BIGINT, first_place BIGINT, best_rank BIGINT);
CREATE OR REPLACE TEMP TABLE counted (entity_key INTEGER, before BIGINT, after BIGINT);
