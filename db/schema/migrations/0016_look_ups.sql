-- Numbers that only a look-up of one entity gives. Lists do not have them, so they are NULL in most rows.
ALTER TABLE observations ADD COLUMN total_models BIGINT;
ALTER TABLE observations ADD COLUMN total_datasets BIGINT;
ALTER TABLE observations ADD COLUMN total_spaces BIGINT;
ALTER TABLE observations ADD COLUMN used_storage BIGINT;
