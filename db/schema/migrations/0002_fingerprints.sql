-- A fingerprint of each row's facts, by which the next walk tells what changed. Rows from before have none: their facts
-- are compared by value once, and get theirs then.
ALTER TABLE repo_facts ADD COLUMN fingerprint UBIGINT;
ALTER TABLE paper_facts ADD COLUMN fingerprint UBIGINT;
ALTER TABLE post_facts ADD COLUMN fingerprint UBIGINT;
