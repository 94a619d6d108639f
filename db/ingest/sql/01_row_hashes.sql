-- Every row of the walk, by a hash of its entity: what a walk shows again is known before anything is stored.
CREATE OR REPLACE TEMP TABLE shown AS
SELECT hash(w.hub_id) AS hub_hash, w.place FROM read_parquet($files) AS w;

-- What is gathered on the way.
CREATE OR REPLACE TEMP TABLE repeated_perhaps (place BIGINT);
CREATE OR REPLACE TEMP TABLE repeated (place BIGINT, first_place BIGINT, best_rank BIGINT);
CREATE OR REPLACE TEMP TABLE counted (entity_key INTEGER, before BIGINT, after BIGINT);
